import {latencyRows} from './latency.ts';
import {loadRows} from './load.ts';
import {replyRows} from './replies.ts';
import type {Row} from './row.ts';

/** Every situation, in the order of its number. */
export const rows: readonly Row[] = [...latencyRows, ...replyRows, ...loadRows].toSorted((a, b) =>
	a.id.localeCompare(b.id, 'en', {numeric: true}),
);
