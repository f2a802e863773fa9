{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later

What the three servers of the chart have in common.
*/ -}}

{{- define "clearml.confSecret" -}}
{{ .Values.clearml.existingSecret | default "clearml-conf" }}
{{- end }}

{{- define "clearml.mongodb" -}}
{{- if and .Values.mckMongodb .Values.mckMongodb.enabled .Values.mckMongodb.migrated -}}
mongodb-replica-set-svc
{{- else -}}
{{ .Release.Name }}-mongodb
{{- end -}}
{{- end }}

{{- define "clearml.elastic" -}}
{{ .Values.elasticsearch.clusterName | default (printf "%s-elastic" .Release.Name) }}-master
{{- end }}

{{- /*
With port (of the container) and ping (a path); environment, mounts and volumes are texts.
A Deployment, its ServiceAccount, its Service, and an Ingress if there is one.
*/ -}}
{{- define "clearml.server" -}}
{{- $full := printf "%s-%s" (include "lab.fullname" .root) .component -}}
{{- $account := printf "%s-%s" (.values.serviceAccountName | default "clearml") .component -}}
{{- $service := .values.service -}}
{{- $port := $service.port | default .port -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $account }}
  labels: {{- include "lab.labels" . | nindent 4 }}
  {{- with .values.serviceAccountAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $full }}
  labels: {{- include "lab.labels" . | nindent 4 }}
  {{- with .values.deploymentAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- include "lab.replicas" . | nindent 2 }}
  selector:
    matchLabels: {{- include "lab.selector" . | nindent 6 }}
  template:
    metadata:
      {{- include "lab.podMetadata" . | nindent 6 }}
    spec:
      serviceAccountName: {{ $account }}
      automountServiceAccountToken: false
      {{- include "lab.pod" . | nindent 6 }}
      containers:
        - name: clearml-{{ .component }}
          {{- include "lab.container" . | nindent 10 }}
          {{- include "lab.httpd" . | nindent 10 }}
          ports:
            - {name: http, containerPort: {{ .port }}, protocol: TCP}
          {{- with .environment | trim }}
          env: {{- . | nindent 12 }}
          {{- end }}
          readinessProbe:
            httpGet: {path: {{ .ping }}, port: http}
            periodSeconds: 3
          {{- $mounts := printf "%s\n%s" (.mounts | default "") (.values.additionalVolumeMounts | default list | toYaml) }}
          {{- with $mounts | replace "[]" "" | trim }}
          volumeMounts: {{- . | nindent 12 }}
          {{- end }}
      {{- $volumes := printf "%s\n%s" (.volumes | default "") (.values.additionalVolumes | default list | toYaml) }}
      {{- with $volumes | replace "[]" "" | trim }}
      volumes: {{- . | nindent 8 }}
      {{- end }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $full }}
  labels: {{- include "lab.labels" . | nindent 4 }}
  {{- with $service.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ $service.type }}
  selector: {{- include "lab.selector" . | nindent 4 }}
  ports:
    - name: http
      port: {{ $port }}
      targetPort: http
      protocol: TCP
      {{- if and (eq $service.type "NodePort") $service.nodePort }}
      nodePort: {{ $service.nodePort }}
      {{- end }}
{{- include "lab.ingress" (dict "root" .root "component" .component "name" $full "port" $port "ingress" .values.ingress) }}
{{- end }}
