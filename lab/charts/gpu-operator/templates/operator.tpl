{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later

The operator would make the DaemonSets. Here the chart makes them, for every node that has a GPU.
*/ -}}
{{- $plugin := .Values.devicePlugin }}
{{- $config := $plugin.config }}
{{ include "lab.deployment" (dict "root" . "component" "gpu-operator" "name" "gpu-operator" "values" dict) }}
{{- if and $config.create $config.data }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ required "devicePlugin.config.name is required" $config.name }}
  labels: {{- include "lab.labels" (dict "root" . "component" "nvidia-device-plugin") | nindent 4 }}
data: {{- toYaml $config.data | nindent 2 }}
{{- end }}
{{- $strategy := list (dict "name" "MIG_STRATEGY" "value" (.Values.mig.strategy | default "none")) }}
{{- $repository := empty $plugin.repository | ternary "" (printf "%s/%s" $plugin.repository $plugin.image) }}
{{- $image := dict "repository" $repository "tag" $plugin.version "pullPolicy" $plugin.imagePullPolicy }}
{{- range list
    (dict "component" "nvidia-driver" "name" "nvidia-driver-daemonset" "values" .Values.driver)
    (dict "component" "nvidia-container-toolkit" "name" "nvidia-container-toolkit-daemonset" "values" .Values.toolkit
        "environment" .Values.toolkit.env)
    (dict "component" "nvidia-device-plugin" "name" "nvidia-device-plugin-daemonset"
        "values" (merge (dict "image" $image) $plugin) "config" $config
        "environment" (concat $strategy ($plugin.env | default list)))
    (dict "component" "gpu-feature-discovery" "name" "gpu-feature-discovery" "values" .Values.gfd "environment" $strategy)
    (dict "component" "nvidia-mig-manager" "name" "nvidia-mig-manager" "values" .Values.migManager) }}
{{- if .values.enabled }}
{{ include "gpu.daemonSet" (merge (dict "root" $) .) }}
{{- end }}
{{- end }}
