import type {AnyEngine} from '../../source/engines/index.ts';
import {createEars, hostLoad} from '../../source/run/load.ts';
import type {StartThread} from '../../source/run/threads.ts';

/** Runs a load "thread" in this one, so that tests can hand in engines of their own. */
export const inlineThread =
	(engines: readonly AnyEngine[]): StartThread =>
	(order, onMessage) => {
		const stop = new AbortController();
		const ears = createEars();
		const engine = engines.find(({name}) => name === order.engine);
		if (engine === undefined) throw new Error(order.engine);
		const now = (): number => performance.timeOrigin + performance.now() - order.origin;
		const ended = hostLoad(engine.accept(order.plan), order.limits, now, stop.signal, onMessage, ears.listen).then(
			() => onMessage({kind: 'done'}),
			(error: unknown) => onMessage({kind: 'failed', message: error instanceof Error ? error.message : String(error)}),
		);
		return {steer: ears.tell, stop: () => stop.abort(), kill: async () => stop.abort(), ended};
	};
