import type {Finding} from '../../core/finding.ts';
import {formatCount, formatMilliseconds} from '../../core/units.ts';
import {harrellDavis} from '../../stats/harrell-davis.ts';

/** Of fewer runs nothing is typical; of many the median of the report is as good. */
const [few, many] = [5, 200];

/**
 * What so few runs take typically, from their times in milliseconds: a median that is a single run jumps from one set of
 * runs to the next, a weighted mean of all of them (Harrell and Davis) is off by about a tenth less. Of a p90 that is not
 * so where times have a tail, and none is told. The error is that of the single run (Maritz and Jarrett): a little wide, of
 * a dozen runs by a quarter. `undefined` of too few runs, and of so many that it makes no difference.
 */
export const typicalTime = (times: readonly number[]): Finding | undefined => {
	if (times.length < few || times.length > many) return undefined;
	const {value, error} = harrellDavis(times, 0.5);
	return {
		kind: 'typical-time',
		subject: 'time',
		text: `median ${formatMilliseconds(value)} ms, standard error ${formatMilliseconds(error)} ms, from all ${formatCount(times.length)} runs by their weights (Harrell–Davis, Maritz–Jarrett)`,
		figures: {runs: times.length, medianMs: value, standardErrorMs: error},
	};
};
