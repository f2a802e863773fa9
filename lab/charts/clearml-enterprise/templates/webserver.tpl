{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later
*/ -}}
{{- define "clearml.webserver.environment" -}}
{{- $values := .Values.webserver -}}
{{- $shown := $values.displayedServerURLs | default dict -}}
{{- $api := $shown.apiserver | default .Values.clearml.clientConfigurationApiUrl -}}
{{- $files := $shown.fileserver | default .Values.clearml.clientConfigurationFilesUrl -}}
{{- if or $api $files }}
- name: WEBSERVER__displayedServerUrls
  value: {{ dict "apiServer" ($api | default "") "filesServer" ($files | default "") | toJson | quote }}
{{- end }}
{{- if $values.blockUserScript }}
- {name: WEBSERVER__blockUserScript, value: "true"}
{{- end }}
{{- with .Values.clearml.extraIndexUrl }}
- {name: WEBSERVER__extraIndexUrl, value: {{ . | quote }}}
{{- end }}
{{- with $values.extraEnvs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- $values := .Values.webserver }}
{{- $full := include "lab.fullname" . }}
{{- if dig "enabled" true $values }}
{{- $scope := dict "root" . "component" "webserver" "port" 8080 "ping" "/" "values" $values }}
{{- $parts := dict "environment" (include "clearml.webserver.environment" .) "watched" $values.additionalConfigs }}
{{- if $values.additionalConfigs }}
{{- $_ := set $parts "volumes" (printf "- name: config\n  configMap: {name: %s-webserver-config}" $full) }}
{{- $_ := set $parts "mounts" "- {name: config, mountPath: /mnt/external_files/configs, readOnly: true}" }}
{{- end }}
{{ include "clearml.server" (merge $parts $scope) }}
{{- with $values.additionalConfigs }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $full }}-webserver-config
  labels: {{- include "lab.labels" $scope | nindent 4 }}
data: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
