{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later

The server reads the values of variables that begin with CLEARML__ as HOCON, hence the quotes within quotes.
*/ -}}
{{- define "clearml.apiserver.environment" -}}
{{- $conf := include "clearml.confSecret" . -}}
{{- $values := .Values.apiserver -}}
{{- $hosts := .Values.externalServices -}}
{{ include "lab.secretVariable" (dict "name" "CLEARML__SECURE__CREDENTIALS__APISERVER__USER_KEY" "secret" $conf "key" "apiserver_key") }}
{{ include "lab.secretVariable" (dict "name" "CLEARML__SECURE__CREDENTIALS__APISERVER__USER_SECRET" "secret" $conf "key" "apiserver_secret") }}
- {name: CLEARML_CONFIG_DIR, value: /opt/clearml/config}
{{- if .Values.redis.enabled }}
- {name: CLEARML_REDIS_SERVICE_HOST, value: {{ .Release.Name }}-redis-master}
- {name: CLEARML_REDIS_SERVICE_PORT, value: {{ .Values.redis.master.port | default 6379 | quote }}}
{{- else if $hosts.redisHost }}
- {name: CLEARML_REDIS_SERVICE_HOST, value: {{ $hosts.redisHost | quote }}}
- {name: CLEARML_REDIS_SERVICE_PORT, value: {{ $hosts.redisPort | quote }}}
{{- end }}
{{- if .Values.elasticsearch.enabled }}
- {name: CLEARML_ELASTIC_SERVICE_HOST, value: {{ include "clearml.elastic" . }}}
- {name: CLEARML_ELASTIC_SERVICE_PORT, value: {{ .Values.elasticsearch.httpPort | default 9200 | quote }}}
{{- else if $hosts.elasticsearchConnectionString }}
- {name: CLEARML_ELASTIC_SERVICE_HOSTS, value: {{ $hosts.elasticsearchConnectionString | quote }}}
{{- end }}
{{- if or .Values.mongodb.enabled (.Values.mckMongodb | default dict).enabled }}
- {name: CLEARML_MONGODB_SERVICE_HOST, value: {{ include "clearml.mongodb" . }}}
- {name: CLEARML_MONGODB_SERVICE_PORT, value: "27017"}
{{- else }}
{{- if $hosts.mongodbConnectionStringAuth }}
{{ include "lab.secretVariable" (dict "name" "CLEARML__HOSTS__MONGO__AUTH__HOST" "secret" (printf "%s-external" (include "lab.fullname" .)) "key" "mongodb_auth") }}
{{- end }}
{{- if $hosts.mongodbConnectionStringBackend }}
{{ include "lab.secretVariable" (dict "name" "CLEARML__HOSTS__MONGO__BACKEND__HOST" "secret" (printf "%s-external" (include "lab.fullname" .)) "key" "mongodb_backend") }}
{{- end }}
{{- end }}
{{- with .Values.clearml.cookieDomain }}
- {name: CLEARML__APISERVER__AUTH__COOKIES__DOMAIN, value: {{ printf ".%s" . | quote | quote }}}
{{- end }}
{{- with .Values.clearml.cookieName }}
- {name: CLEARML__APISERVER__AUTH__SESSION_AUTH_COOKIE_NAME, value: {{ . | quote | quote }}}
{{- end }}
{{- if $values.logCalls }}
- {name: CLEARML__APISERVER__LOG_CALLS, value: "true"}
{{- end }}
{{- with $values.extraEnvs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "clearml.apiserver.volumes" -}}
{{- $values := .Values.apiserver -}}
{{- if $values.existingAdditionalConfigsConfigMap }}
- name: config
  configMap: {name: {{ $values.existingAdditionalConfigsConfigMap }}}
{{- else if $values.existingAdditionalConfigsSecret }}
- name: config
  secret: {secretName: {{ $values.existingAdditionalConfigsSecret }}}
{{- else if $values.additionalConfigs }}
- name: config
  configMap: {name: {{ include "lab.fullname" . }}-apiserver-config}
{{- end }}
{{- end }}

{{- $full := include "lab.fullname" . }}
{{- $scope := dict "root" . "component" "apiserver" "port" 8008 "ping" "/debug.ping" "values" .Values.apiserver "plays" "apiserver" }}
{{- $volumes := include "clearml.apiserver.volumes" . }}
{{- $parts := dict
    "environment" (include "clearml.apiserver.environment" .)
    "volumes" $volumes
    "mounts" (empty (trim $volumes) | ternary "" "- {name: config, mountPath: /opt/clearml/config, readOnly: true}")
    "watched" (list .Values.clearml .Values.externalServices .Values.apiserver.additionalConfigs) }}
{{- if dig "enabled" true .Values.apiserver }}
{{ include "clearml.server" (merge $parts $scope) }}
{{- end }}
{{- with .Values.apiserver.additionalConfigs }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $full }}-apiserver-config
  labels: {{- include "lab.labels" $scope | nindent 4 }}
data: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.externalServices }}
{{- if or .mongodbConnectionStringAuth .mongodbConnectionStringBackend }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ $full }}-external
  labels: {{- include "lab.labels" $scope | nindent 4 }}
stringData:
  {{- /* In quotes of its own: the server reads it as HOCON, in which // begins a comment. */}}
  mongodb_auth: {{ .mongodbConnectionStringAuth | default "" | quote | quote }}
  mongodb_backend: {{ .mongodbConnectionStringBackend | default "" | quote | quote }}
{{- end }}
{{- end }}
