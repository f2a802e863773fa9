{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later
*/ -}}
{{- $full := include "lab.fullname" . }}
{{- $values := .Values.clearml }}
{{- $scope := dict
    "root" . "component" "gateway" "values" dict "name" $full "port" 8080 "plays" "gateway" "watched" (omit .Values "service")
    "prefix" $full "certificates" .Values.customCertificates }}
{{- $data := dict
    "api_key" (required "clearml.apiKey is required" $values.apiKey)
    "api_secret" (required "clearml.apiSecret is required" $values.apiSecret) }}
{{ include "lab.secret" (merge (dict "data" $data) $scope) }}
{{- include "lab.pullSecret" $scope }}
{{- include "lab.certificates" $scope }}
{{ include "lab.deployment" (merge (dict
    "environment" (include "gateway.environment" .)
    "mounts" (include "lab.certificateMounts" $scope) "volumes" (include "lab.certificateVolumes" $scope)) $scope) }}
{{ include "lab.service" (merge (dict "type" .Values.service.type) $scope) }}
{{- include "lab.ingress" (merge (dict "ingress" .Values.ingress "class" .Values.ingress.className) $scope) }}
{{- include "lab.portRange" (merge (dict "session" (.Values.streamSession | default .Values.tcpSession)) $scope) }}
{{- if hasKey .Values "streamSession" }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ $full }}
  labels: {{- include "lab.labels" $scope | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{- include "lab.selector" $scope | nindent 6 }}
  policyTypes: [Ingress]
  ingress: [{}]
{{- end }}

{{- define "gateway.environment" -}}
{{- $full := include "lab.fullname" . -}}
{{- $values := .Values.clearml -}}
- name: CLEARML_API_HOST
  value: {{ required "clearml.apiServerUrlReference is required" $values.apiServerUrlReference | quote }}
{{ include "lab.secretVariable" (dict "name" "CLEARML_API_ACCESS_KEY" "secret" $full "key" "api_key") }}
{{ include "lab.secretVariable" (dict "name" "CLEARML_API_SECRET_KEY" "secret" $full "key" "api_secret") }}
- {name: ROUTER_NAME, value: {{ .Release.Name }}}
{{- with .Values.externalURL }}
- {name: ROUTER_URL, value: {{ . | quote }}}
{{- end }}
{{- with $values.authCookieName }}
- {name: AUTH_COOKIE_NAME, value: {{ . | quote }}}
{{- end }}
{{- with (.Values.streamSession | default .Values.tcpSession).routerAddress }}
- {name: TCP_ROUTER_ADDRESS, value: {{ . | quote }}}
{{- end }}
{{- with .Values.proxy }}
- {name: ROUTER__WEBSERVER__AUTO_RELOAD_CONFIG, value: {{ .autoReloadConfig | quote }}}
{{- end }}
{{- with .Values.router.extraEnvs }}
{{ toYaml . }}
{{- end }}
{{- end }}
