import {execFileSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {onTestFinished} from 'vitest';
import {cliPath, type Home, until} from './cli.ts';

/** A real terminal: a tmux server of its own, with a shell in it. */
export const openTerminal = (home: Home, columns: number, rows: number) => {
	const server = `benchtop-${randomBytes(4).toString('hex')}`;
	const tmux = (...words: readonly string[]): string =>
		execFileSync('tmux', ['-L', server, ...words], {
			encoding: 'utf8',
			env: home.environment,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
	tmux(
		'-f',
		'/dev/null',
		'new-session',
		'-d',
		'-c',
		home.folder,
		'-x',
		String(columns),
		'-y',
		String(rows),
		'env',
		'PS1=$ ',
		'sh',
	);
	const kill = (): void => {
		try {
			tmux('kill-server');
		} catch {}
	};
	onTestFinished(kill);
	return {
		kill,
		keys: (...keys: readonly string[]) => tmux('send-keys', ...keys),
		type: (line: string) => tmux('send-keys', '-l', line),
		paste: (text: string) => {
			tmux('set-buffer', text);
			tmux('paste-buffer', '-p');
		},
		screen: () => tmux('capture-pane', '-p'),
		all: () => tmux('capture-pane', '-p', '-S', '-'),
		resize: (wide: number, high: number) => tmux('resize-window', '-x', String(wide), '-y', String(high)),
		state: () => tmux('display', '-p', '#{alternate_on} #{cursor_flag} #{mouse_any_flag}').trim(),
		/** Waits until the screen shows something. */
		shows: (pattern: RegExp) =>
			until(() => {
				const screen = tmux('capture-pane', '-p');
				return pattern.test(screen) ? screen : undefined;
			}),
	};
};

type Terminal = ReturnType<typeof openTerminal>;

/** Runs the built command line in a terminal, which says its exit code after it. */
export const start = (terminal: Terminal, ...words: readonly string[]): void => {
	terminal.type(`'${process.execPath}' '${cliPath}' ${words.join(' ')}; echo "code:$?"`);
	terminal.keys('Enter');
};
