import {printable} from './printable.ts';

/** The commits from one run to another: those after `from`, up to `to`; null where a run knows of none. */
export type CommitRange = {
	readonly from: string | null;
	readonly to: string | null;
	/** null where there is no repository that has both. */
	readonly count: number | null;
};

const short = (commit: string): string => printable(commit.slice(0, 7));

/** The same in words, with what to type to see them. */
export const commitRangeWords = ({from, to, count}: CommitRange): string => {
	if (from === null || to === null) return 'no commits known';
	if (from === to) return `no commit in between: both runs are of ${short(from)}`;
	const range = `${short(from)}..${short(to)}`;
	if (count === null) return `commits ${range}`;
	return count === 0
		? `commits ${range}: none, the second is older`
		: `${count} commit${count === 1 ? '' : 's'}: git log --oneline ${range}`;
};
