import type {Choices} from '../../source/tui/choices.ts';
import {type Opening, openView, type ViewState} from '../../source/tui/view-state.ts';

/** What a user has who chose nothing. */
export const choices: Choices = {theme: 'dark', charset: 'braille', units: 'ms', layout: 'all', mouse: false};

/** A board before the first event. */
export const openBoard = (opening: Partial<Opening> = {}): ViewState =>
	openView({panes: ['latency', 'throughput', 'events'], live: true, choices, themes: ['dark', 'light'], ...opening});
