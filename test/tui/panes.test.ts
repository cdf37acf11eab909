import {expect, test} from 'vitest';
import {panes} from '../../source/tui/panes/index.ts';
import {describePane} from '../contracts/pane.ts';

for (const pane of panes) describePane(pane);

test('names are unique', () => {
	expect(new Set(panes.map(({name}) => name)).size).toBe(panes.length);
});
