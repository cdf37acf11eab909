import type {Environment} from './environment.ts';
import {printable} from './printable.ts';

/** As much of a run's id as people need to type. */
export const shortId = (id: string): string => printable(id.slice(0, 8));

/** ISO 8601 as a clock on this wall shows it: '2025-03-01 10:00'. Text that is no time stays as it is. */
export const localTime = (iso: string): string => {
	const time = new Date(iso);
	if (Number.isNaN(time.getTime())) return printable(iso);
	const two = (value: number): string => value.toString().padStart(2, '0');
	const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
	return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
};

/** 'main@0123456', with '*' when there were changes beside the commit; empty outside of git. */
export const commitWords = ({environment: {git}}: {readonly environment: Environment}): string =>
	git === undefined
		? ''
		: printable(`${git.branch === undefined ? '' : `${git.branch}@`}${git.commit.slice(0, 7)}${git.dirty ? '*' : ''}`);
