import type {Compared} from '../core/result.ts';
import type {RunFigure} from '../core/series.ts';
import {percentiles} from '../core/summary.ts';
import {errorShareOf, figuresOf} from './run-figures.ts';

/** What the share of failed operations is called. */
export const errorRate = 'error rate';

/**
 * What of a run its history keeps at hand: what runs are compared by, and the share of operations that failed, in percent.
 * Without a timeline the latencies are as they are told, to the microsecond.
 */
export const runFigures = (run: Compared): readonly RunFigure[] => {
	const {latency, metrics = {}} = run.summary;
	const {failed, ended} = errorShareOf(run);
	const uncertain = new Set<string>(latency.uncertain);
	const figures = [...figuresOf(run)].map(
		([name, {unit, value, lowerIsBetter}]): RunFigure => ({
			name,
			unit,
			value,
			...(lowerIsBetter === undefined ? {} : {better: lowerIsBetter ? 'lower' : 'higher'}),
			uncertain: metrics[name] === undefined && percentiles.some(({key}) => key === name) && uncertain.has(name),
		}),
	);
	if (ended === 0) return figures;
	const rate: RunFigure = {
		name: errorRate,
		unit: '%',
		value: (100 * failed) / ended,
		better: 'lower',
		uncertain: false,
	};
	return [...figures, rate];
};
