/** How long an alert's condition has to hold, and how long it fires on. Milliseconds; both may be 0. */
export type AlertTiming = {
	/** It fires once its condition has held at every evaluation for so long. */
	readonly for: number;
	/** It fires on until its condition has not held for so long. */
	readonly keepFiringFor: number;
};

/**
 * Where an alert stands. All times are those of evaluations, on the run's clock: milliseconds since it began.
 * `since`: the first evaluation of those at which the condition has held.
 */
export type AlertState =
	| {readonly state: 'inactive'}
	| {readonly state: 'pending'; readonly since: number}
	| {
			readonly state: 'firing';
			readonly since: number;
			readonly fired: number;
			/** The first evaluation since the condition last held; absent while it holds. */
			readonly quietSince?: number;
	  }
	| {readonly state: 'resolved'; readonly since: number; readonly fired: number; readonly resolved: number};

/** What every alert begins as. */
export const inactive: AlertState = {state: 'inactive'};

/** So long it is still told that an alert was resolved; then it is as if it had never fired. Milliseconds. */
export const resolvedRetention = 15 * 60_000;

const held = (state: AlertState, timing: AlertTiming, at: number): AlertState => {
	const since = state.state === 'pending' || state.state === 'firing' ? state.since : at;
	if (state.state === 'firing') return {state: 'firing', since, fired: state.fired};
	return at - since >= timing.for ? {state: 'firing', since, fired: at} : {state: 'pending', since};
};

const notHeld = (state: AlertState, {keepFiringFor}: AlertTiming, at: number): AlertState => {
	switch (state.state) {
		case 'inactive':
		case 'pending':
			return inactive;
		case 'firing': {
			const {since, fired, quietSince = at} = state;
			return at - quietSince < keepFiringFor
				? {state: 'firing', since, fired, quietSince}
				: {state: 'resolved', since, fired, resolved: at};
		}
		case 'resolved':
			return at - state.resolved > resolvedRetention ? inactive : state;
	}
};

/**
 * An alert after one more evaluation, as Prometheus has it (rules/alerting.go, AlertingRule.Eval, of version 3): with no
 * `for` it fires at once; one evaluation at which the condition does not hold undoes what is pending, and nothing was
 * fired; what fires while the condition is gone for less than `keepFiringFor` never stopped firing; what was resolved and
 * holds again begins anew.
 *
 * `holds` is `undefined` where there was nothing to evaluate (no operation in the window, a gauge that is not measured):
 * that is not held, as a series that is absent is in no answer. An evaluation that went wrong is none: the state stays as
 * it is, and nothing is to be called. `at` never falls from one evaluation to the next.
 */
export const evaluateAlert = (
	state: AlertState,
	timing: AlertTiming,
	{at, holds}: {readonly at: number; readonly holds: boolean | undefined},
): AlertState => (holds === true ? held : notHeld)(state, timing, at);
