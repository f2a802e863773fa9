{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later
*/ -}}
{{- if (.Values.bootstrap | default dict).enabled }}
{{- $full := printf "%s-bootstrap" (include "lab.fullname" .) }}
{{- $scope := dict "root" . "component" "bootstrap" "values" dict }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $full }}
  labels: {{- include "lab.labels" $scope | nindent 4 }}
spec:
  selector:
    matchLabels: {{- include "lab.selector" $scope | nindent 6 }}
  template:
    metadata:
      {{- include "lab.podMetadata" $scope | nindent 6 }}
    spec:
      automountServiceAccountToken: false
      {{- include "lab.pod" $scope | nindent 6 }}
      containers:
        - name: bootstrap-resources-server
          {{- include "lab.container" $scope | nindent 10 }}
          {{- include "lab.httpd" (dict "port" 8080) | nindent 10 }}
          ports:
            - {name: http, containerPort: 8080, protocol: TCP}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $full }}
  labels: {{- include "lab.labels" $scope | nindent 4 }}
spec:
  selector: {{- include "lab.selector" $scope | nindent 4 }}
  ports:
    - {name: http, port: 80, targetPort: http, protocol: TCP}
{{- end }}
