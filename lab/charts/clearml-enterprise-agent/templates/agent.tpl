{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later
*/ -}}
{{- $full := include "lab.fullname" . }}
{{- $values := .Values.agentk8sglue }}
{{- $scope := dict
    "root" . "component" "agent" "values" $values "plays" "agent"
    "watched" (list $values .Values.clearml .Values.customCertificates .Values.agentk8s)
    "prefix" $full "certificates" (.Values.customCertificates | default dict) }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $full }}
  labels: {{- include "lab.labels" $scope | nindent 4 }}
spec:
  {{- include "lab.replicas" $scope | nindent 2 }}
  selector:
    matchLabels: {{- include "lab.selector" $scope | nindent 6 }}
  template:
    metadata:
      {{- include "lab.podMetadata" $scope | nindent 6 }}
    spec:
      serviceAccountName: {{ include "agent.account" . }}
      {{- include "lab.pod" $scope | nindent 6 }}
      containers:
        - name: k8s-glue
          {{- include "lab.container" $scope | nindent 10 }}
          {{- include "lab.idle" . | nindent 10 }}
          env: {{- include "agent.environment" . | nindent 12 }}
          volumeMounts: {{- include "agent.mounts" $scope | nindent 12 }}
      volumes: {{- include "agent.volumes" $scope | nindent 8 }}
{{- include "lab.certificates" $scope }}
