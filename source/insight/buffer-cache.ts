import {formatPercent} from '../core/units.ts';
import type {InsightRule} from './rule.ts';
import {rounded} from './seconds.ts';

/** Percent. */
const enough = 95;
const few = 80;
/** Fewer pages than this say nothing. */
const leastReads = 1000;

/** The database reads much past its buffer cache. */
export const bufferCacheMisses: InsightRule = {
	kind: 'buffer-cache-misses',
	about: 'many of the pages that a database reads are not in its buffer cache',
	find: ({result}) => {
		const figures = result.findings?.find(({kind}) => kind === 'server-counts')?.figures;
		const [share, hits, misses] = [figures?.cacheHitPercent, figures?.cacheHits, figures?.cacheMisses];
		if (typeof share !== 'number' || typeof hits !== 'number' || typeof misses !== 'number') return undefined;
		if (share >= enough || hits + misses < leastReads) return undefined;
		return {
			kind: 'buffer-cache-misses',
			severity: share < few ? 'medium' : 'low',
			text: `${formatPercent(share)} of the pages that the database read during this run were in its buffer cache. The rest came from the operating system or the disk, which takes longer and varies more: a cache that was still cold, or data that do not fit.`,
			recommendations: [
				'Run again, or with a longer warm-up: if the share grows, the cache was cold.',
				'If it does not, give the cache more memory (shared_buffers, innodb_buffer_pool_size), or let statements read fewer pages: indexes, fewer columns, smaller ranges.',
			],
			figures: {cacheHitPercent: rounded(share), pagesRead: hits + misses, pagesMissed: misses},
		};
	},
};
