import type {Format, MetricValues} from '../format.ts';

/** 'test parse ... bench:       1,234 ns/iter (+/- 56) = 812 MB/s'. */
const timed =
	/^test (\S.*?)\s+\.\.\. bench:\s+([\d,.]+) (\w+)\/iter(?: \(\+\/- [\d,.]+\))?(?: = ([\d,.]+) MB\/s)?\s*$/gm;

const numberIn = (text: string): number => Number(text.replaceAll(',', ''));

/** What Rust's own benchmarks print, and Criterion.rs with --output-format bencher. */
export const libtest: Format = {
	name: 'libtest',
	about: "functions timed by Rust's own cargo bench",
	made: 'cargo bench > FILE, or of Criterion: cargo bench -- --output-format bencher > FILE',
	recognise: ({text}) => text.search(timed) >= 0,
	read: ({text}) => {
		const metrics = [...text.matchAll(timed)].flatMap(
			([, name = '', figure = '', unit = '', speed]): MetricValues[] => [
				{name, unit, better: 'lower', values: [numberIn(figure)]},
				...(speed === undefined
					? []
					: [{name: `${name} MB/s`, unit: 'MB/s', better: 'higher' as const, values: [numberIn(speed)]}]),
			],
		);
		return [{name: 'cargo bench', metrics, limits: ['Of each benchmark only the middle of its samples is told.']}];
	},
};
