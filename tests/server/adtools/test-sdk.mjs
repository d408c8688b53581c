// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright The Sparkbox Authors
// A brand's whole way with TikTok's own SDK: its typed methods where it has them, its generic call
// where it has none.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Sandbox, equal, ok, runAll, sleep, test } from './harness.mjs';

const sdk = await import(pathToFileURL(join(process.env.NPM_DIR, 'node_modules',
  'tiktok-business-api-sdk-official', 'src', 'index.js')));
const sandbox = await Sandbox.start();
const client = sdk.ApiClient.instance;
const api = Object.fromEntries(['AuthenticationApi', 'AccountManagementApi', 'IdentityApi',
  'CampaignCreationApi', 'AdgroupApi', 'AdApi', 'ReportingApi'].map((name) =>
  [name, new sdk[name]()]));
const free = await sandbox.freeVideos();

client.basePath = sandbox.url;

// A brand with an app, which nobody has let in yet.
const acme = sandbox.command('advertiser', 'add', 'Acme');
const app = sandbox.command('sandbox', 'app', 'add', 'Acme’s tool', '--redirect',
  'http://127.0.0.1:9/back');
const secret = sandbox.command('sandbox', 'app', 'secret', app);
let token;

// The SDK knows no other way than a callback. What TikTok says to come later is asked again, as its
// clients must; the code stands in the text alone.
async function call(begin) {
  for (let tries = 0; ; tries++) {
    const { error, data } = await new Promise((done) => begin((problem, answer) =>
      done({ error: problem, data: answer })));

    if (!error) return data.data;
    if (!/code: ?(40100|40133)/.test(error.message) || tries === 10) throw error;
    await sleep(500);
  }
}

function generic(method, path, values) {
  const get = method === 'GET';

  return call((done) => client.callApi(`/open_api/v1.3/${path}`, method, {}, get ? values : {},
    { 'Access-Token': token }, {}, get ? null : values, [], ['application/json'],
    ['application/json'], Object, done));
}

async function refusal(begin) {
  try {
    await begin();
  } catch (error) {
    return error.message;
  }
  return 'no refusal';
}

const video = free.shift();
const code = await sandbox.makeCode(video, 60);
let identity, campaign, adgroup, ad, grant;

test('token', async () => {
  const data = await call((done) => api.AuthenticationApi.oauth2AccessToken({ body: {
    app_id: app, secret, auth_code: sandbox.command('sandbox', 'code', app, '--advertiser', acme),
  } }, done));

  token = data.access_token;
  equal(data.advertiser_ids, [acme]);
  ok(data.scope.includes(691), 'may authorize posts');

  const { list } = await call((done) => api.AuthenticationApi.oauth2AdvertiserGet(app, secret,
    token, done));
  equal(list, [{ advertiser_id: acme, advertiser_name: 'Acme' }]);

  const info = await call((done) => api.AccountManagementApi.advertiserInfo([acme], token,
    { fields: ['name', 'status'] }, done));
  equal(info.list, [{ name: 'Acme', status: 'STATUS_ENABLE' }]);
});

test('inspect the code', async () => {
  const data = await generic('GET', 'tt_video/info/', { advertiser_id: acme, auth_code: code.code });

  equal(data.item_info.item_id, video.item_id);
  equal(data.item_info.auth_code, code.code, 'with its + and / and =');
  equal(data.user_info.identity_type, 'AUTH_CODE');
  equal((await sandbox.grants(video)).length, 0, 'grants after looking');
});

test('redeem, twice', async () => {
  for (let i = 0; i < 2; i++)
    equal(await generic('POST', 'tt_video/authorize/',
      { advertiser_id: acme, auth_code: code.code }), {});
  const grants = await sandbox.grants(video);

  equal(grants.length, 1);
  [grant] = grants;
  equal(grant.state, 'authorized');
  equal(grant.ads_active, 0);
});

test('list', async () => {
  const data = await generic('GET', 'tt_video/list/',
    { advertiser_id: acme, item_types: JSON.stringify(['VIDEO']), page: 1, page_size: 10 });

  equal(data.page_info, { page: 1, page_size: 10, total_number: 1, total_page: 1 });
  equal(data.list[0].item_info.item_id, video.item_id);
  equal(data.list[0].auth_info.ad_auth_status, 'AUTHORIZED');
  ok(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(data.list[0].auth_info.auth_end_time), 'a time');
});

test('identity', async () => {
  const { identity_list: list } = await call((done) => api.IdentityApi.identityGet(acme, token,
    { identity_type: 'AUTH_CODE', page: 1, page_size: 20 }, done));

  equal(list.length, 1);
  identity = list[0].identity_id;
  const { video_detail: detail } = await call((done) => api.IdentityApi.identityVideoInfo(token,
    acme, 'AUTH_CODE', identity, video.item_id, {}, done));
  equal(detail.item_id, video.item_id);
  equal(detail.auth_info.ad_auth_status, 'AUTHORIZED');
});

test('campaign and ad group', async () => {
  ({ campaign_id: campaign } = await call((done) => api.CampaignCreationApi.campaignCreate(token, {
    body: { advertiser_id: acme, campaign_name: 'Spring', objective_type: 'TRAFFIC',
      budget_mode: 'BUDGET_MODE_DAY', budget: 100 },
  }, done)));
  ok(/^\d{16,19}$/.test(campaign), 'an id is a string of digits');

  ({ adgroup_id: adgroup } = await call((done) => api.AdgroupApi.adgroupCreate(token, {
    body: { advertiser_id: acme, campaign_id: campaign, adgroup_name: 'Everybody',
      promotion_type: 'WEBSITE', placement_type: 'PLACEMENT_TYPE_NORMAL',
      placements: ['PLACEMENT_TIKTOK'], location_ids: ['6252001'], budget_mode: 'BUDGET_MODE_DAY',
      budget: 50, schedule_type: 'SCHEDULE_FROM_NOW', schedule_start_time: '2026-01-01 00:00:00',
      optimization_goal: 'CLICK', bid_type: 'BID_TYPE_NO_BID', billing_event: 'CPC',
      pacing: 'PACING_MODE_SMOOTH' },
  }, done)));
  const groups = await call((done) => api.AdgroupApi.adgroupGet(acme, token,
    { filtering: { adgroup_ids: [adgroup] }, fields: ['adgroup_id', 'secondary_status'] }, done));
  equal(groups.list, [{ adgroup_id: adgroup, secondary_status: 'ADGROUP_STATUS_DELIVERY_OK' }]);
});

const creative = () => ({ ad_name: 'Spark', identity_type: 'AUTH_CODE', identity_id: identity,
  tiktok_item_id: video.item_id, ad_format: 'SINGLE_VIDEO', call_to_action: 'LEARN_MORE',
  landing_page_url: 'https://example.com/', dark_post_status: 'OFF' });

const readAd = async () => (await call((done) => api.AdApi.adGet(acme, token,
  { filtering: { ad_ids: [ad] }, fields: ['ad_id', 'operation_status', 'secondary_status'] },
  done))).list[0];

test('Spark Ad', async () => {
  const data = await call((done) => api.AdApi.adCreate(token, { body: { advertiser_id: acme,
    adgroup_id: adgroup, creatives: [creative()] } }, done));

  [ad] = data.ad_ids;
  equal(data.need_audit, false);
  equal(data.creatives[0].tiktok_item_id, video.item_id);
  equal(data.creatives[0].video_id, null);
  equal(await readAd(), { ad_id: ad, operation_status: 'ENABLE',
    secondary_status: 'AD_STATUS_DELIVERY_OK' });
  equal((await sandbox.grants(video))[0].ads_active, 1);
});

test('report', async () => {
  const before = (await sandbox.creator('GET', `/v1/videos/${video.id}`)).body.engagement;

  sandbox.command('sandbox', 'deliver', '--hours', '24', '--advertiser', acme);
  const today = new Date().toISOString().slice(0, 10);
  const data = await call((done) => api.ReportingApi.reportIntegratedGet('BASIC', token, {
    advertiser_id: acme, data_level: 'AUCTION_AD', dimensions: ['ad_id', 'stat_time_day'],
    metrics: ['spend', 'impressions', 'video_play_actions', 'likes', 'comments', 'shares',
      'ad_name'],
    start_date: today, end_date: today,
    filtering: [{ field_name: 'ad_ids', filter_type: 'IN', filter_value: JSON.stringify([ad]) }],
    page: 1, page_size: 10 }, done));
  const [{ dimensions, metrics }] = data.list;
  const after = (await sandbox.creator('GET', `/v1/videos/${video.id}`)).body.engagement;
  const [{ paid }] = await sandbox.grants(video);

  equal(dimensions, { ad_id: ad, stat_time_day: `${today} 00:00:00` });
  equal(metrics.ad_name, 'Spark');
  ok(Number(metrics.spend) > 30 && Number(metrics.spend) <= 50, `spent ${metrics.spend} of 50`);
  ok(Number(metrics.likes) > 0, 'some like it');
  // Report, grant and video agree; what is organic did not move.
  for (const [name, metric] of [['views', 'video_play_actions'], ['likes', 'likes'],
    ['comments', 'comments'], ['shares', 'shares']]) {
    equal(String(paid[name]), metrics[metric], `${name} by grant`);
    equal(after.paid[name], paid[name], `${name} of the video`);
    equal(after[name] - after.paid[name], before[name], `organic ${name}`);
  }
});

test('ads running', async () => {
  const { status, body } = await sandbox.creator('DELETE', `/v1/codes/${code.id}`);

  equal(status, 409);
  equal(body.code, 'ads_running');
});

test('the creator revokes, the ad is paused with the reason', async () => {
  const { status } = await sandbox.creator('POST', `/v1/grants/${grant.id}/revoke`,
    { reason: 'Not agreed' });

  equal(status, 200);
  equal(await readAd(), { ad_id: ad, operation_status: 'ENABLE',
    secondary_status: 'AD_STATUS_CREATOR_AUTHORIZATION_REVOKED' });
  const [{ state, ads_active: active }] = await sandbox.grants(video);
  equal([state, active], ['revoked', 0]);
  const listed = await generic('GET', 'tt_video/list/', { advertiser_id: acme });
  equal(listed.list[0].auth_info.ad_auth_status, 'UNAUTHORIZED');
  ok(/access_revoked/.test(await refusal(() => call((done) => api.AdApi.adStatusUpdate(token,
    { body: { advertiser_id: acme, ad_ids: [ad], operation_status: 'ENABLE' } }, done)))),
  'it starts no more');
  ok(/access_revoked/.test(await refusal(() => call((done) => api.AdApi.adCreate(token,
    { body: { advertiser_id: acme, adgroup_id: adgroup, creatives: [creative()] } }, done)))),
  'no other is made');
  ok(/access_revoked/.test(await refusal(() => generic('POST', 'tt_video/authorize/',
    { advertiser_id: acme, auth_code: code.code }))), 'the code serves no more');
});

test('unbind', async () => {
  equal(await generic('POST', 'tt_video/unbind/', { advertiser_id: acme, item_id: video.item_id }),
    {});
  equal((await generic('GET', 'tt_video/list/', { advertiser_id: acme })).list, []);
  ok(/40007/.test(await refusal(() => generic('POST', 'tt_video/unbind/',
    { advertiser_id: acme, item_id: video.item_id }))), 'there is nothing left to unbind');
});

test('a batch of 20 codes', async () => {
  const batch = free.splice(0, 18);
  const codes = (await Promise.all(batch.map((one) => sandbox.makeCode(one, 7))))
    .map((one) => one.code);
  const wrong = ['not a code', `${codes[0].slice(0, -4)}AAA=`];
  const results = [];

  for (const each of [...codes, ...wrong])
    results.push(await refusal(() => generic('POST', 'tt_video/authorize/',
      { advertiser_id: acme, auth_code: each })));
  equal(results.slice(0, 18), Array(18).fill('no refusal'));
  ok(/40002/.test(results[18]) && /auth_code_format_error/.test(results[18]), results[18]);
  ok(/40002/.test(results[19]) && /auth_code_not_found/.test(results[19]), results[19]);
  equal((await generic('GET', 'tt_video/list/', { advertiser_id: acme, page_size: 5, page: 4 }))
    .page_info, { page: 4, page_size: 5, total_number: 18, total_page: 4 });
});

test('the ledger agrees with itself', () => {
  equal(sandbox.command('check'), '0 problems');
});

await runAll(() => sandbox.stop());
