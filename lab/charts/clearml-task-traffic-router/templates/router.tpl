{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later
*/ -}}
{{- $full := include "lab.fullname" . }}
{{- $values := .Values.clearml }}
{{- $scope := dict "root" . "component" "router" "values" dict "name" $full "port" 8010 "plays" "gateway" "watched" .Values }}
{{- $data := dict "apiserver_key" $values.apiserverKey "apiserver_secret" $values.apiserverSecret "jwks_key" $values.jwksKey }}
{{ include "lab.secret" (merge (dict "data" $data) $scope) }}
{{- include "lab.pullSecret" $scope }}
{{ include "lab.deployment" (merge (dict "environment" (include "router.environment" .)) $scope) }}
{{ include "lab.service" $scope }}
{{- include "lab.ingress" (merge (dict "ingress" .Values.ingress) $scope) }}
{{- include "lab.portRange" (merge (dict "session" .Values.tcpSession) $scope) }}

{{- define "router.environment" -}}
{{- $full := include "lab.fullname" . -}}
{{- $values := .Values.clearml -}}
- {name: CLEARML_API_HOST, value: {{ $values.apiServerUrlReference | default "" | quote }}}
{{- if not $values.sslVerify }}
- {name: CLEARML_API_HOST_VERIFY_CERT, value: "false"}
{{- end }}
{{ include "lab.secretVariable" (dict "name" "CLEARML_API_ACCESS_KEY" "secret" $full "key" "apiserver_key") }}
{{ include "lab.secretVariable" (dict "name" "CLEARML_API_SECRET_KEY" "secret" $full "key" "apiserver_secret") }}
{{ include "lab.secretVariable" (dict "name" "JWKS_KEY" "secret" $full "key" "jwks_key") }}
{{- with $values.authCookieName }}
- {name: AUTH_COOKIE_NAME, value: {{ . | quote }}}
{{- end }}
{{- with .Values.tcpSession.routerAddress }}
- {name: TCP_ROUTER_ADDRESS, value: {{ . | quote }}}
{{- end }}
{{- end }}
