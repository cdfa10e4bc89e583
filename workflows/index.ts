export { deliverWebhooks } from './deliver-webhooks';
export { runCampaign } from './run-campaign';
export { maintenance } from './maintenance';
export { send } from './send';
