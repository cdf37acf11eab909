/** The moments of a load, in milliseconds of the Unix epoch. Not known yet: none. */
export type Course = {
	/** The load began: k6's own start and setup() lie before it. */
	readonly begun: () => number | undefined;
	/** The warm-up is over. */
	readonly measured: () => number | undefined;
	/** The load is over: no iteration begins any more, those that run may end. */
	readonly ended: () => number | undefined;
	/** All scenarios are over, with the iterations that they waited for. */
	readonly isOver: () => boolean;
	/** What k6's log says, as it comes. */
	readonly scenarios: (count: number) => void;
	readonly begin: (at: number) => void;
	readonly beginOperation: (at: number) => void;
	readonly endOfTime: (scenario: string, at: number) => void;
	readonly endOfScenario: (scenario: string, at: number) => void;
	/** Nothing more can begin. */
	readonly end: (at: number) => void;
};

/** Which stretch an operation belongs to: the one in which it began. */
export type Stretch = 'before' | 'warm-up' | 'measure' | 'after';

/** The first operation may be timed a little before the log said that the load began; not by more than this. */
const mostBefore = 1000;

/** `duration`: of the load, where benchtop sets it, warm-up included. Milliseconds. */
export const createCourse = (warmup: number, duration: number | undefined): Course => {
	let begun: number | undefined;
	let count: number | undefined;
	const times = new Map<string, number>();
	const ends = new Map<string, number>();
	let ended: number | undefined;
	const planned = (): number | undefined =>
		begun === undefined || duration === undefined ? undefined : begun + duration;
	const lastOf = (): number | undefined => {
		if (count === undefined || ends.size < count) return undefined;
		return Math.max(...[...ends].map(([scenario, at]) => Math.min(at, times.get(scenario) ?? at)));
	};
	return {
		begun: () => begun,
		measured: () => (begun === undefined ? undefined : begun + warmup),
		ended() {
			const moments = [ended, lastOf(), planned()].filter((moment) => moment !== undefined);
			return moments.length === 0 ? undefined : Math.min(...moments);
		},
		isOver: () => ended !== undefined || lastOf() !== undefined,
		scenarios(given) {
			count = given;
		},
		begin(at) {
			begun ??= at;
		},
		beginOperation(at) {
			if (begun === undefined || (at < begun && at > begun - mostBefore)) begun = at;
		},
		endOfTime: (scenario, at) => void times.set(scenario, at),
		endOfScenario: (scenario, at) => void ends.set(scenario, at),
		end(at) {
			ended ??= at;
		},
	};
};

/**
 * The stretch that something belongs to which began then. What the load does may seem to begin a little before it: its log
 * comes late.
 */
export const stretchAt = (course: Course, at: number): Stretch => {
	const begun = course.begun();
	const measured = course.measured();
	if (begun === undefined || measured === undefined) return 'before';
	if (measured > begun && at < measured) return 'warm-up';
	return at <= (course.ended() ?? Number.POSITIVE_INFINITY) ? 'measure' : 'after';
};

/** How much of the time between two moments lies outside of the load. Milliseconds. */
export const idleBetween = (course: Course, from: number, to: number): number => {
	const begun = course.begun() ?? Number.POSITIVE_INFINITY;
	const ended = course.ended() ?? Number.POSITIVE_INFINITY;
	return to - from - Math.max(0, Math.min(to, ended) - Math.max(from, begun));
};
