/** Timers as an agenda uses them; an argument, so that tests need not wait. */
export type AgendaClock = {
	/** Milliseconds of a clock that never goes back. */
	readonly now: () => number;
	/** Calls back after so many milliseconds, or in the next turn of the event loop; gives how to call it off. */
	readonly after: (milliseconds: number, ring: () => void) => () => void;
	readonly nextTurn: (ring: () => void) => () => void;
};

export const machineClock: AgendaClock = {
	now: () => performance.now(),
	after(milliseconds, ring) {
		const timer = setTimeout(ring, milliseconds);
		return () => clearTimeout(timer);
	},
	nextTurn(ring) {
		const turn = setImmediate(ring);
		return () => clearImmediate(turn);
	},
};

/** Things to be done at their moments, never before; it can stand still. */
export type Agenda<Item> = {
	/** After so many milliseconds. */
	readonly add: (item: Item, milliseconds: number) => void;
	readonly stop: () => void;
	/** Goes on: everything is so much later as it stood. */
	readonly go: () => void;
	readonly clear: () => void;
};

/** So long things are done in a row before replies are read. Milliseconds. */
const longestBurst = 1;

/** An agenda that is empty and runs. */
export const createAgenda = <Item>(run: (item: Item) => void, clock: AgendaClock = machineClock): Agenda<Item> => {
	/** A binary heap, the next thing first; things of one moment in their order. */
	const heap: Array<{readonly at: number; readonly order: number; readonly item: Item}> = [];
	let order = 0;
	/** What to take off the clock: the time that it stood. */
	let stood = 0;
	let stoppedAt: number | undefined;
	let cancel: (() => void) | undefined;
	let armedFor = Number.POSITIVE_INFINITY;

	const now = (): number => (stoppedAt ?? clock.now()) - stood;
	const isBefore = (a: number, b: number): boolean => {
		const [one, other] = [heap[a]!, heap[b]!];
		return one.at < other.at || (one.at === other.at && one.order < other.order);
	};
	const swap = (a: number, b: number): void => {
		const one = heap[a]!;
		heap[a] = heap[b]!;
		heap[b] = one;
	};
	const push = (at: number, item: Item): void => {
		order++;
		heap.push({at, order, item});
		let child = heap.length - 1;
		while (child > 0) {
			const parent = (child - 1) >> 1;
			if (!isBefore(child, parent)) return;
			swap(child, parent);
			child = parent;
		}
	};
	const pop = (): Item => {
		const {item} = heap[0]!;
		const last = heap.pop()!;
		if (heap.length === 0) return item;
		heap[0] = last;
		for (let parent = 0; ; ) {
			const left = 2 * parent + 1;
			let least = parent;
			if (left < heap.length && isBefore(left, least)) least = left;
			if (left + 1 < heap.length && isBefore(left + 1, least)) least = left + 1;
			if (least === parent) return item;
			swap(parent, least);
			parent = least;
		}
	};

	const disarm = (): void => {
		cancel?.();
		cancel = undefined;
		armedFor = Number.POSITIVE_INFINITY;
	};
	const arm = (): void => {
		const [next] = heap;
		if (next === undefined || stoppedAt !== undefined || next.at >= armedFor) return;
		disarm();
		armedFor = next.at;
		const left = next.at - now();
		// Timers are cut to whole milliseconds, and may be a little early.
		cancel = left <= 0 ? clock.nextTurn(ring) : clock.after(Math.ceil(left), ring);
	};
	const ring = (): void => {
		disarm();
		const until = now() + longestBurst;
		for (let moment = now(); heap.length > 0 && heap[0]!.at <= moment && moment <= until; moment = now()) {
			run(pop());
		}

		arm();
	};

	return {
		add(item, milliseconds) {
			push(now() + milliseconds, item);
			arm();
		},
		stop() {
			stoppedAt ??= clock.now();
			disarm();
		},
		go() {
			if (stoppedAt === undefined) return;
			stood += clock.now() - stoppedAt;
			stoppedAt = undefined;
			arm();
		},
		clear() {
			heap.length = 0;
			disarm();
		},
	};
};
