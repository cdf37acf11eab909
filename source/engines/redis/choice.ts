import {seededRandom} from '../../core/random.ts';
import type {PartRecorder, Recorder} from '../engine.ts';
import type {RedisPlan} from './plan.ts';
import {requestsOf} from './template.ts';

/** One of the commands of a load: how it is made, and where it is counted. */
export type Kind = {readonly next: () => string; readonly part: PartRecorder};

/** What a loop counts on; each operation is counted as one of a command, chosen when it becomes due. */
export type Choice = {
	/** For the loop. */
	readonly recorder: Pick<Recorder, 'outcome' | 'offer' | 'record' | 'fail' | 'abandon'>;
	/** For the wire: which one the next request is. */
	readonly take: () => number;
	readonly kinds: readonly Kind[];
};

/** Numbers in the order they were added. */
const createQueue = () => {
	let items: number[] = [];
	let first = 0;
	return {
		add: (item: number): void => void items.push(item),
		shift(): number | undefined {
			const item = items[first];
			if (item === undefined) return undefined;
			first += 1;
			if (first > 1024 && first * 2 > items.length) {
				items = items.slice(first);
				first = 0;
			}

			return item;
		},
	};
};

/** Chooses commands by their weights; the same seed gives the same ones. */
export const createChoice = (plan: RedisPlan, recorder: Recorder): Choice => {
	const random = seededRandom(plan.seed);
	const {commands} = plan;
	const kinds = commands.map(
		({name, words}, index): Kind => ({
			next: requestsOf(words, seededRandom((plan.seed + 1 + index) >>> 0), plan.turn),
			// One alone is the whole.
			part: commands.length === 1 ? recorder : recorder.part(name),
		}),
	);
	const all = commands.reduce((sum, {weight}) => sum + weight, 0);
	const draw = (): number => {
		if (kinds.length === 1) return 0;
		let at = random() * all;
		for (let index = 0; index < commands.length; index++) {
			at -= commands[index]!.weight;
			if (at < 0) return index;
		}

		return commands.length - 1;
	};

	/** Due, and not yet begun. */
	const waiting = createQueue();
	/** Begun before they were said to be due. */
	let early = 0;
	const due = (): number => {
		const index = draw();
		kinds[index]!.part.offer(1);
		return index;
	};
	const take = (): number => {
		const chosen = waiting.shift();
		if (chosen !== undefined) return chosen;
		early += 1;
		return due();
	};
	/** One that was due and is never begun. */
	const neverBegun = (): PartRecorder => kinds[waiting.shift() ?? due()]!.part;
	return {
		kinds,
		take,
		recorder: {
			outcome: recorder.outcome,
			offer(count) {
				for (let left = count; left > 0; left--) {
					if (early > 0) early -= 1;
					else waiting.add(due());
				}
			},
			record: (...how) => neverBegun().record(...how),
			fail: (slot) => neverBegun().fail(slot),
			abandon: (...waited) => neverBegun().abandon(...waited),
		},
	};
};
