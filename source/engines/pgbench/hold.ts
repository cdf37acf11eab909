import type {GivenUp} from './clients.ts';
import type {Entry} from './log.ts';

/** Something that ended, at a time of day in milliseconds. */
export type Held = ({readonly entry: Entry} | {readonly given: GivenUp}) & {readonly ended: number};

/** Keeps what ended until it is to be counted: of several sources, each in its own order of time. */
export const createHold = () => {
	const sources = new Map<number, {held: Held[]; next: number}>();
	return {
		add(source: number, held: Held): void {
			const known = sources.get(source);
			if (known === undefined) sources.set(source, {held: [held], next: 0});
			else known.held.push(held);
		},
		/** Hands out all that ended until then. */
		release(until: number, hear: (held: Held) => void): void {
			for (const source of sources.values()) {
				for (let held = source.held[source.next]; held !== undefined && held.ended <= until; ) {
					hear(held);
					source.next += 1;
					held = source.held[source.next];
				}

				if (source.next === source.held.length) {
					source.held = [];
					source.next = 0;
				}
			}
		},
	};
};
