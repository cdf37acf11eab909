import {type Check, type Finding, worstOf} from './check.ts';

const slowing = /^--(?:inspect|cpu-prof|heap-prof|prof|trace|jitless|no-opt|max-lazy)/;

/** The Node.js that drives the load, and options that change how fast it is. */
export const nodeVersion: Check = {
	name: 'Node.js',
	about: 'the Node.js that drives the load',
	why: 'The load generator is a program of this Node.js: its speed is the limit of what can be measured, and differs between versions.',
	run: async ({environment: {versions}, nodeOptions}) => {
		const major = Number.parseInt(versions.node, 10);
		const isLongTerm = major % 2 === 0;
		const slow = nodeOptions.filter((option) => slowing.test(option));
		const finding: Finding = {
			level: worstOf([
				slow.length > 0 ? 'warning' : nodeOptions.length > 0 ? 'note' : 'good',
				isLongTerm ? 'good' : 'note',
			]),
			is: [
				versions.node,
				...(isLongTerm ? [] : ['a version without long-term support']),
				...(nodeOptions.length === 0 ? [] : [`NODE_OPTIONS with ${nodeOptions.join(' ')}`]),
			].join(', '),
			...(nodeOptions.length > 0
				? {advice: 'Measure without these options:', commands: ['unset NODE_OPTIONS']}
				: isLongTerm
					? {}
					: {advice: 'Measure with an even version, which stays for years.'}),
			figures: {version: versions.node, options: nodeOptions.join(' ')},
		};
		return [finding];
	},
};
