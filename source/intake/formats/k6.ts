import type {Format} from '../format.ts';
import {firstLine, fits} from '../given.ts';
import {line, readPoints} from './k6-points.ts';
import {isSummary, readSummary} from './k6-summary.ts';

/** A summary, as --summary-export or handleSummary gives it, or every point of --out json. Times are milliseconds. */
export const k6: Format = {
	name: 'k6',
	about: 'k6: its summary, or every request',
	made: 'k6 run --out json=FILE script.js',
	recognise: (given) => isSummary(given) || fits(line, firstLine(given)),
	read: (given) => [isSummary(given) ? readSummary(given.json) : readPoints(given)],
};
