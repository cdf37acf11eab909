import type {Option} from '../config/flags.ts';
import {debugOption} from '../config/options.ts';
import type {Command} from './command.ts';

const flagColumn = 30;
const usageColumn = 34;
const widest = 100;

const wrap = (text: string, width: number, indent: string): string => {
	const lines: string[] = [''];
	for (const word of text.split(' ')) {
		const line = lines.at(-1)!;
		if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
		else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
	}

	return lines.join(`\n${indent}`);
};

const optionLine = (option: Option, width: number): string => {
	const value = option.value === undefined ? '' : option.optional ? ` [${option.value}]` : ` ${option.value}`;
	const left = `  ${option.short === undefined ? '    ' : `-${option.short}, `}--${option.name}${value}`;
	const about = `${option.about}${option.otherwise === undefined ? '' : ` (default: ${option.otherwise})`}`;
	const indent = ' '.repeat(flagColumn);
	const text = wrap(about, Math.max(30, width - flagColumn), indent);
	return left.length + 2 > flagColumn ? `${left}\n${indent}${text}` : `${left.padEnd(flagColumn)}${text}`;
};

/** A call and what it does, beside it or where that is too long, below. */
const usageLine = (call: string, about: string, width: number): string => {
	const indent = ' '.repeat(usageColumn);
	const text = wrap(about, Math.max(30, width - usageColumn), indent);
	const left = `  ${call}`;
	return left.length + 2 > usageColumn ? `${left}\n${indent}${text}` : `${left.padEnd(usageColumn)}${text}`;
};

const exitCodes = `Exit codes
  0  all well
  1  a regression, a failed threshold, a firing alert, or an unfit host
  2  wrong usage or configuration
  3  a gate could not decide
  4  it could not be measured: target unreachable, all operations failed
  130, 143  interrupted; what was measured is saved and printed`;

/** The help of everything, or of one command. */
export const helpText = (commands: readonly Command[], command: Command | undefined, columns: number): string => {
	const width = Math.min(widest, Math.max(60, columns));
	const options = [...((command ?? commands.find(({name}) => name === ''))?.options ?? []), debugOption];
	const examples = command === undefined ? commands.flatMap((each) => each.examples ?? []) : (command.examples ?? []);
	const call = (each: Command): string => ['benchtop', each.name, each.usage].filter((part) => part !== '').join(' ');
	const usage =
		command === undefined
			? [
					'top for benchmarks: live latency percentiles, throughput and resources in the terminal, and the same run as JSON.',
					'',
					'Usage',
					...commands.map((each) => usageLine(call(each), each.about, width)),
				]
			: [`Usage: ${call(command)}`, '', `  ${command.about}`];
	return `${[
		...usage,
		...(options.length === 0
			? []
			: [
					'',
					command === undefined ? 'Flags of benchtop <url>' : 'Flags',
					...options.map((option) => optionLine(option, width)),
				]),
		...(examples.length === 0 ? [] : ['', 'Examples', ...examples.map(([line, about]) => `  ${line}\n      ${about}`)]),
		...(command === undefined ? ['', exitCodes, '', 'benchtop <command> --help tells more of each.'] : []),
	].join('\n')}\n`;
};
