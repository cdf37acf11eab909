/**
 * Something a run found out that is no single number: a complexity class with its confidence, a verdict on a leak. In a
 * run, of one kind and subject the last words count.
 */
export type Finding = {
	/** What sort of finding: 'complexity', 'leak'. */
	readonly kind: string;
	/** What it is about: the name of a function, of a case. */
	readonly subject: string;
	/** One sentence for people, that makes sense beside the subject. */
	readonly text: string;
	/** The same for scripts; units stand in the names. */
	readonly figures: Readonly<Record<string, FindingFigure>>;
};

export type FindingFigure = number | string | null | readonly (number | null)[];

/** A run keeps no more: further subjects are left out. */
export const mostFindings = 1000;

/** With one more; it takes the place of what was found of the same kind and subject before. */
export const withFinding = (findings: readonly Finding[], finding: Finding): readonly Finding[] => {
	const known = findings.findIndex(({kind, subject}) => kind === finding.kind && subject === finding.subject);
	if (known >= 0) return findings.with(known, finding);
	return findings.length < mostFindings ? [...findings, finding] : findings;
};
