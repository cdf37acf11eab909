import type {Result, ResultSecond} from '../core/result.ts';

type Load = {
	readonly rate?: number;
	readonly rateEnd?: number;
	readonly steps?: number;
	readonly connections?: number;
	readonly isScenario: boolean;
};

/** What of an engine's plan says how much is sent, by the names that engines share. */
export const loadOf = ({plan}: Pick<Result, 'plan'>): Load => {
	const load: Readonly<Record<string, unknown>> =
		typeof plan.load === 'object' && plan.load !== null ? {...plan.load} : {};
	const number = (name: 'rate' | 'rateEnd' | 'steps' | 'connections'): Partial<Load> => {
		const value = load[name];
		return typeof value === 'number' ? {[name]: value} : {};
	};
	return {
		...number('rate'),
		...number('rateEnd'),
		...number('steps'),
		...number('connections'),
		isScenario: load.scenario !== undefined,
	};
};

/** Whether the load changed while it was measured: as planned, or by somebody's hand. */
export const isChangingLoad = (result: Result): boolean => {
	const {rate, rateEnd} = loadOf(result);
	return (
		(rateEnd !== undefined && rateEnd !== rate) ||
		result.pausedMs !== undefined ||
		result.validity.reasons.some(({kind}) => kind === 'steered')
	);
};

/** The operations per second that a ramp asked for in a second; `undefined` where the load was no ramp, or not kept to. */
export const askedIn = (result: Result, {fromMs, toMs}: Pick<ResultSecond, 'fromMs' | 'toMs'>): number | undefined => {
	const {rate, rateEnd, steps, isScenario} = loadOf(result);
	const {duration} = result.plan;
	const start = result.timeline[0]?.fromMs;
	if (rate === undefined || rateEnd === undefined || rate === rateEnd || duration === undefined) return undefined;
	if (start === undefined || isScenario || result.pausedMs !== undefined) return undefined;
	if (result.validity.reasons.some(({kind}) => kind === 'steered')) return undefined;
	const position = Math.min(1, Math.max(0, ((fromMs + toMs) / 2 - start) / duration));
	const share = steps === undefined ? position : Math.min(steps - 1, Math.floor(position * steps)) / (steps - 1);
	return rate + (rateEnd - rate) * share;
};
