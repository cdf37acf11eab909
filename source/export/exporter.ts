import type {Report} from '../core/report.ts';

/** One format. Renders, nothing else: it computes no figure, opens no file, decides nothing. */
export type Exporter = {
	readonly name: string;
	readonly about: string;
	/** Of a file in this format: '.json'. */
	readonly ending: string;
	readonly render: (report: Report) => string;
};
