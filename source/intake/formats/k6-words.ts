import type {Finding} from '../../core/finding.ts';
import type {ToldRun} from '../format.ts';

/** What its latencies span. */
export const means =
	'http_req_duration: from sending a request to the end of its reply; making its connection is left out';

/** k6's own metrics, which have a place in a run already, or are parts of what has. */
export const isBuiltIn = (name: string): boolean =>
	/^(?:http_req_|http_reqs$|data_(?:sent|received)$|vus$|vus_max$|checks$|checks_(?:total|failed|succeeded)$|iterations$|iteration_duration$|group_duration$|dropped_iterations$)/.test(
		name,
	);

/** How people call the percentile of a key of a trend: 'p(99.9)' p99.9, 'med' p50. */
export const percentileOf = (key: string): string | undefined => {
	if (key === 'med') return 'p50';
	const [, share] = /^p\(([\d.]+)\)$/.exec(key) ?? [];
	return share === undefined ? undefined : `p${share}`;
};

/** Checks as findings; the path of each is its groups and its name. */
export const checksFound = (
	checks: readonly {readonly path: readonly string[]; readonly passes: number; readonly fails: number}[],
): readonly Finding[] =>
	checks.map(({path, passes, fails}) => ({
		kind: 'check',
		subject: path.filter((name) => name !== '').join(' > '),
		text: `${passes} of ${passes + fails} passed.`,
		figures: {passes, fails},
	}));

export const droppedDoubts = (dropped = 0): NonNullable<ToldRun['doubts']> =>
	dropped === 0
		? []
		: [
				{
					kind: 'rate-missed',
					message: `k6 dropped ${dropped} iterations that it had no user free for: the rate was not reached.`,
				},
			];
