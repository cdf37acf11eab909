import type {Recorder} from '../engine.ts';

/** What is told of operations beside their latency: the waiting and the work apart. Milliseconds. */
export const createMeasures = (recorder: Recorder) => {
	const wait = recorder.metric({
		name: 'waiting for the pool',
		unit: 'ms',
		better: 'lower',
		about: 'from when an operation was asked for, or was due, until it had a connection',
	});
	const work = recorder.metric({
		name: 'on the connection',
		unit: 'ms',
		better: 'lower',
		about: 'from then to the end of its result',
	});
	const rows = recorder.metric({name: 'rows', unit: 'rows', about: 'that an operation read'});
	const connecting = recorder.metric({
		name: 'connecting',
		unit: 'ms',
		better: 'lower',
		about: 'making a connection: TCP, TLS and logging in',
	});
	/** Made before anything counted. */
	let early: number[] | undefined = [];
	return {
		ended(waited: number, worked: number, read: number): void {
			recorder.sample(wait, waited);
			recorder.sample(work, worked);
			recorder.sample(rows, read);
		},
		/** It gave up before it had a connection. */
		waited: (milliseconds: number): void => recorder.sample(wait, milliseconds),
		connected(milliseconds: number): void {
			if (early === undefined) recorder.sample(connecting, milliseconds);
			else early.push(milliseconds);
		},
		/** From now on samples count. */
		begin(): void {
			for (const milliseconds of early ?? []) recorder.sample(connecting, milliseconds);
			early = undefined;
		},
	};
};
