import { expect, open, test } from '../fixtures/page';

test('any process can be looked for, and the address says which', async ({ page, launch }) => {
  const server = await launch({ args: ['--demo'] });
  await open(page, server.url);
  const rows = page.locator('.part-processes tbody tr');
  const names = () => rows.locator('th span:first-child').allTextContents();
  await expect(rows.first()).toContainText('postgres');

  const filter = page.getByRole('searchbox', { name: 'Filter processes' });
  await filter.fill('root');
  await expect.poll(names).toEqual(['restic', 'journald', 'sshd', 'systemd']);
  await page.getByRole('button', { name: 'Process', exact: true }).click();
  await expect.poll(names).toEqual(['journald', 'restic', 'sshd', 'systemd']);
  await expect(page).toHaveURL(/\?q=root&sort=name$/);
  await expect(page.getByRole('columnheader', { name: 'Process', exact: true })).toHaveAttribute('aria-sort', 'ascending');

  await page.reload();
  expect(await names()).toEqual(['journald', 'restic', 'sshd', 'systemd']);
  await expect(filter).toHaveValue('root');
  await filter.fill('no such process');
  await expect(rows).toHaveText(['No process is like that.']);
  await filter.fill('');
  await page.getByRole('button', { name: 'CPU %' }).click();
  await expect.poll(async () => (await names()).length).toBeGreaterThan(5);
  await expect(page).toHaveURL(server.url + '/');
});
