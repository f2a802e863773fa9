{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later

Given values first; else what is there already (or random); the generation with published defaults always has one.
*/ -}}
{{- $scope := dict "root" . "component" "conf" }}
{{- if not .Values.clearml.existingSecret }}
{{- $now := (lookup "v1" "Secret" .Release.Namespace "clearml-conf").data | default dict }}
{{- $lengths := dict "apiserver_key" 20 "fileserver_key" 20 "test_user_key" 20 }}
apiVersion: v1
kind: Secret
metadata:
  name: clearml-conf
  labels: {{- include "lab.labels" $scope | nindent 4 }}
data:
  {{- range $name, $given := dict
      "apiserver_key" .Values.clearml.apiserverKey
      "apiserver_secret" .Values.clearml.apiserverSecret
      "fileserver_key" .Values.clearml.fileserverKey
      "fileserver_secret" .Values.clearml.fileserverSecret
      "secure_auth_token_secret" .Values.clearml.secureAuthTokenSecret
      "test_user_key" .Values.clearml.testUserKey
      "test_user_secret" .Values.clearml.testUserSecret }}
  {{ $name }}: {{ if $given }}{{ $given | b64enc }}{{ else }}{{ index $now $name | default (randAlphaNum (index $lengths $name | default 50 | int) | b64enc) }}{{ end }}
  {{- end }}
{{- end }}
{{- include "lab.pullSecret" $scope }}
