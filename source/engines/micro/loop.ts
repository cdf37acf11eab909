/** A function as the loops call it. */
export type Called = (input: unknown, parameters: unknown) => unknown;

/**
 * The loops that are timed. They are trained with two functions before they meet the one to be measured: a place of
 * call that has seen several targets is called through, and never inlined by V8. So nothing of the function can be moved
 * out of the loop or left out because its result is not used, as JMH has it with its methods (CompilerControl.DONT_INLINE);
 * and an empty function called at the same place shows what the loop and the call cost.
 */
export const callOften = (run: Called, input: unknown, parameters: unknown, calls: number): unknown => {
	let result: unknown;
	for (let call = 0; call < calls; call++) result = run(input, parameters);
	return result;
};

/** The same for functions that give a promise: each call waits for the one before. */
export const awaitOften = async (run: Called, input: unknown, parameters: unknown, calls: number): Promise<unknown> => {
	let result: unknown;
	for (let call = 0; call < calls; call++) result = await run(input, parameters);
	return result;
};

/** Does nothing. */
export const empty: Called = () => undefined;
/** Does nothing, and is another one. */
export const alsoEmpty: Called = (input) => input;
export const emptyAsync: Called = async () => undefined;
export const alsoEmptyAsync: Called = async (input) => input;

const trainingRounds = 400;
/** Few: the loop must meet both before the compiler takes an interest in it, or it would be compiled for the first alone. */
const callsTogether = 3;
const trainingCalls = 20_000;

/** To be called once in a process, before anything is measured. */
export const trainLoops = (): void => {
	for (let round = 0; round < trainingRounds; round++) {
		callOften(empty, undefined, undefined, callsTogether);
		callOften(alsoEmpty, undefined, undefined, callsTogether);
	}

	callOften(empty, undefined, undefined, trainingCalls);
	callOften(alsoEmpty, undefined, undefined, trainingCalls);
};

/** The same for what gives promises. */
export const trainAsyncLoops = async (): Promise<void> => {
	for (let round = 0; round < trainingRounds; round++) {
		await awaitOften(emptyAsync, undefined, undefined, callsTogether);
		await awaitOften(alsoEmptyAsync, undefined, undefined, callsTogether);
	}

	await awaitOften(emptyAsync, undefined, undefined, trainingCalls / 4);
	await awaitOften(alsoEmptyAsync, undefined, undefined, trainingCalls / 4);
};
