import type {Doubt} from '../../core/event.ts';
import type {Sample} from '../../core/metric.ts';
import {formatPercent} from '../../core/units.ts';
import {busyLimit} from '../../core/validity.ts';
import type {ToldOf} from './told.ts';

type Worker = {count: number; busy: number; late: number; oldest: number};

/** What becomes of Artillery's workers: each has one thread, and so at most one core. */
export const createHealth = () => {
	const workers = new Map<number, Worker>();
	return {
		hear({w, busy, late, oldest}: ToldOf<'pulse'>, isMeasured: boolean): void {
			const worker = workers.get(w) ?? {count: 0, busy: 0, late: 0, oldest: 0};
			workers.set(w, worker);
			worker.late = Math.max(worker.late, late);
			worker.oldest = oldest;
			if (!isMeasured) return;
			worker.count += 1;
			worker.busy += busy;
		},
		oldest: () => Math.max(0, ...[...workers.values()].map(({oldest}) => oldest)),
		levels(): Sample {
			const late = Math.max(0, ...[...workers.values()].map((worker) => worker.late));
			for (const worker of workers.values()) worker.late = 0;
			return workers.size === 0 ? {} : {'generator.loopDelay': late};
		},
		doubts(): readonly Doubt[] {
			const busy = Math.max(0, ...[...workers.values()].map((each) => (each.count === 0 ? 0 : each.busy / each.count)));
			if (busy <= busyLimit) return [];
			return [
				{
					kind: 'generator-saturated',
					message: `The load generator was the bottleneck: the busiest of Artillery's workers was busy ${formatPercent(busy)} of the time. Throughput is Artillery's limit, and latencies include its own queueing. Ask for less, or run it on more machines.`,
				},
			];
		},
	};
};
