# One image for every process of ours: API (default), worker, SMS sandbox, and the commands in dist/scripts.
# Debian, not Alpine: the native part of the Temporal SDK is built for glibc only.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# A volume takes over the owner of the folder it is mounted on.
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 3000 3001
CMD ["node", "--enable-source-maps", "dist/api/main.js"]
