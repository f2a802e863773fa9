{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later

The agent reads its queues and the pods that it makes from -pt.
*/ -}}
{{- $full := include "lab.fullname" . }}
{{- $scope := dict "root" . "component" "agent" }}
{{- $values := .Values.agentk8sglue }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $full }}-pt
  labels: {{- include "lab.labels" $scope | nindent 4 }}
data:
  queues.yaml: {{- toYaml $values.queues | toYaml | indent 1 }}
  template.yaml: {{- $values.basePodTemplate | default dict | toYaml | toYaml | indent 1 }}
  {{- with $values.appsQueue }}
  apps-queue.yaml: {{- . | toYaml | toYaml | indent 1 }}
  {{- end }}
{{- if not .Values.clearml.existingAgentk8sglueSecret }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ $full }}-ac
  labels: {{- include "lab.labels" $scope | nindent 4 }}
data:
  agentk8sglue_key: {{ .Values.clearml.agentk8sglueKey | default "" | b64enc | quote }}
  agentk8sglue_secret: {{ .Values.clearml.agentk8sglueSecret | default "" | b64enc | quote }}
  {{- with .Values.clearml.clearmlConfig }}
  clearml.conf: {{ . | b64enc | quote }}
  {{- end }}
{{- end }}
{{- include "lab.pullSecret" $scope }}
{{- with $values.fileMounts }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ $full }}-afm
  labels: {{- include "lab.labels" $scope | nindent 4 }}
stringData:
  {{- range . }}
  {{ .name }}: {{ .fileContent | quote }}
  {{- end }}
{{- end }}
