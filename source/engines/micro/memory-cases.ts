import type {Benchmarks} from './module.ts';

// What memory does in typical programs: each in a process of its own, so that what one keeps is no other's.

type Line = {readonly id: number; readonly name: string; readonly price: number};

const linesOf = (order: number): readonly Line[] =>
	Array.from({length: 50}, (_, index) => ({id: order + index, name: `item ${index}`, price: index * 1.25}));

const total = (lines: readonly Line[]): number => lines.reduce((sum, {price}) => sum + price, 0);

/** One of so many orders leaves something behind, so that it takes seconds, not gigabytes, to see. */
const keptOf = 16;
const cachedOrders = 1000;
const bufferBytes = 256 * 1024;
const keptBuffers = 8;

/** The built-in functions: two that keep nothing, one that leaks, one that fills a cache, one whose memory is no heap. */
export const builtInCases: Benchmarks = {
	churn: {
		setup: () => ({order: 0}),
		run(state: {order: number}) {
			state.order += 1;
			return total(linesOf(state.order));
		},
	},
	leak: {
		setup: () => ({order: 0, kept: [] as Array<readonly Line[]>}),
		run(state: {order: number; kept: Array<readonly Line[]>}) {
			state.order += 1;
			const lines = linesOf(state.order);
			if (state.order % keptOf === 0) state.kept.push(lines.slice(0, 2));
			return total(lines);
		},
	},
	'bounded cache': {
		setup: () => ({order: 0, cache: new Map<number, readonly Line[]>()}),
		run(state: {order: number; cache: Map<number, readonly Line[]>}) {
			state.order += 1;
			const lines = linesOf(state.order);
			if (state.order % keptOf === 0) {
				state.cache.set(state.order, lines.slice(0, 2));
				const [oldest] = state.cache.keys();
				if (state.cache.size > cachedOrders && oldest !== undefined) state.cache.delete(oldest);
			}

			return total(lines);
		},
	},
	'large buffers': {
		setup: () => ({next: 0, buffers: [] as Buffer[]}),
		run(state: {next: number; buffers: Buffer[]}) {
			state.next = (state.next + 1) % keptBuffers;
			const buffer = Buffer.allocUnsafeSlow(bufferBytes);
			buffer[0] = state.next;
			state.buffers[state.next] = buffer;
			return buffer;
		},
	},
	'strings and closures': {
		setup: () => ({call: 0}),
		run(state: {call: number}) {
			state.call += 1;
			const steps = Array.from(
				{length: 20},
				(_, index) =>
					(text: string): string =>
						`${text}/${index}:${state.call}`,
			);
			return steps.reduce((text, step) => step(text), '').length;
		},
	},
};
