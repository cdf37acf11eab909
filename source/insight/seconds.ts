import type {GaugeName} from '../core/metric.ts';
import type {Result, ResultSecond} from '../core/result.ts';

/** A shorter stretch says little beside whole seconds. */
const wholeShare = 0.9;

/** The stretches of a timeline that are as long as most: the last one may be a piece. */
export const wholeSeconds = ({timeline}: Pick<Result, 'timeline'>): readonly ResultSecond[] => {
	const longest = Math.max(0, ...timeline.map(({fromMs, toMs}) => toMs - fromMs));
	return timeline.filter(({fromMs, toMs}) => toMs - fromMs >= longest * wholeShare);
};

/** A gauge in each second that has it. */
export const gaugeSeries = (seconds: readonly ResultSecond[], name: GaugeName): readonly number[] =>
	seconds.flatMap(({gauges}) => gauges[name] ?? []);

/** Operations that ended in a second. */
export const endedIn = ({outcomes}: Pick<ResultSecond, 'outcomes'>): number =>
	Object.values(outcomes).reduce((sum, count) => sum + count, 0);

/** Whether one of these doubts, or one whose name begins so, is told of a run already. */
export const isDoubted = ({validity}: Pick<Result, 'validity'>, ...kinds: readonly string[]): boolean =>
	validity.reasons.some(({kind}) => kinds.some((known) => kind === known || kind.startsWith(`${known}-`)));

/** Rounded for figures that scripts read. */
export const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits));
