/** How much it matters: what is good to know, up to what makes the figures or the target something else than they look. */
export const insightSeverities = ['info', 'low', 'medium', 'high'] as const;
export type InsightSeverity = (typeof insightSeverities)[number];

/** What the figures of a run, and of runs before it, say beyond themselves. */
export type Insight = {
	/** Which rule found it: 'knee', 'memory-growth'. */
	readonly kind: string;
	readonly severity: InsightSeverity;
	/** What it is, in one sentence, and why it matters, in another. */
	readonly text: string;
	/** What to do, each a sentence; the most promising first. */
	readonly recommendations: readonly string[];
	/** The same for scripts; units stand in the names. */
	readonly figures: Readonly<Record<string, InsightFigure>>;
};

export type InsightFigure = number | string | null;

/** An insight of one run among several. */
export type ReportedInsight = Insight & {
	/** The id of the run. */
	readonly result: string;
	readonly name: string;
};

/** A run keeps no more. */
export const mostInsights = 100;

/** The gravest first; of one severity in the order in which they came. */
export const byGravity = <Each extends {readonly severity: InsightSeverity}>(insights: readonly Each[]): Each[] =>
	[...insights].sort((a, b) => insightSeverities.indexOf(b.severity) - insightSeverities.indexOf(a.severity));
