import type {Insight, InsightSeverity} from '../core/insight.ts';
import {printable} from '../core/printable.ts';

const indent = '  ';

const marks: Readonly<Record<InsightSeverity, string>> = {info: '·', low: '·', medium: '!', high: '!!'};
const markColumns = 3;

/** What was found in a run, with what to do about it. */
export const insightLines = (insights: readonly Insight[]): readonly string[] =>
	insights.flatMap(({severity, text, recommendations}) => [
		`${indent}${marks[severity].padEnd(markColumns)}${printable(text)}`,
		...recommendations.map((words) => `${indent}${' '.repeat(markColumns)}→ ${printable(words)}`),
	]);
