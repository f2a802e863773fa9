{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later

With name, environment (a list) and config, the choice of configurations of the device plugin.
*/ -}}
{{- define "gpu.daemonSet" -}}
{{- $config := .config | default dict -}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: {{ .name }}
  labels:
    {{- include "lab.labels" . | nindent 4 }}
    app: {{ .name }}
spec:
  selector:
    matchLabels:
      app: {{ .name }}
  template:
    metadata:
      {{- $missing := and $config.create $config.default (not (hasKey ($config.data | default dict) $config.default)) }}
      {{- $words := dict "lab.clearml.enterprise/crash" (printf "specified config %s does not exist" $config.default) }}
      {{- $labelled := dict "labels" (dict "app" .name) "podAnnotations" (and $missing $words | default dict) }}
      {{- include "lab.podMetadata" (merge (dict "values" (merge $labelled .values)) .) | nindent 6 }}
    spec:
      automountServiceAccountToken: false
      nodeSelector: {nvidia.com/gpu.present: "true"}
      tolerations:
        - {key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}
      {{- include "lab.pod" . | nindent 6 }}
      containers:
        - name: {{ .component }}
          {{- include "lab.container" . | nindent 10 }}
          {{- include "lab.idle" . | nindent 10 }}
          {{- with .environment }}
          env: {{- toYaml . | nindent 12 }}
          {{- end }}
        {{- if $config.name }}
        - name: config-manager
          {{- include "lab.container" . | nindent 10 }}
          {{- include "lab.idle" . | nindent 10 }}
          env:
            - {name: NODE_LABEL, value: nvidia.com/device-plugin.config}
            - {name: DEFAULT_CONFIG, value: {{ $config.default | default "" | quote }}}
          volumeMounts:
            - {name: configs, mountPath: /available-configs}
      volumes:
        - name: configs
          configMap: {name: {{ $config.name }}}
        {{- end }}
{{- end }}
