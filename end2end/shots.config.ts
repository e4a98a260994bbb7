import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

/** Pictures of the page for people to look at: `npm run shots`. Nothing is compared. */
export default defineConfig({ ...tests, testDir: './shots', testMatch: '*.shots.ts' });
