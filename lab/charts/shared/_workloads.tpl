{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later

Whole objects; scopes as in _pods.tpl.
*/ -}}

{{- /*
With name, container, and as texts environment, mounts and volumes; ports by name.  The first port answers, and without
one the pod is idle.
*/ -}}
{{- define "lab.deployment" -}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  labels: {{- include "lab.labels" . | nindent 4 }}
spec:
  {{- include "lab.replicas" . | nindent 2 }}
  selector:
    matchLabels: {{- include "lab.selector" . | nindent 6 }}
  template:
    metadata:
      {{- include "lab.podMetadata" . | nindent 6 }}
    spec:
      automountServiceAccountToken: false
      {{- include "lab.pod" . | nindent 6 }}
      containers:
        - name: {{ .component }}
          {{- include "lab.container" . | nindent 10 }}
          {{- if .port }}
          {{- include "lab.httpd" . | nindent 10 }}
          ports:
            - {name: http, containerPort: {{ .port }}, protocol: TCP}
          {{- else }}
          {{- include "lab.idle" . | nindent 10 }}
          {{- end }}
          {{- with .environment | default "" | trim }}
          env: {{- . | nindent 12 }}
          {{- end }}
          {{- with .mounts | default "" | trim }}
          volumeMounts: {{- . | nindent 12 }}
          {{- end }}
      {{- with .volumes | default "" | trim }}
      volumes: {{- . | nindent 8 }}
      {{- end }}
{{- end }}

{{- /* With name, port (of the Service), ingress (the values) and class, if the values have another name for it. */ -}}
{{- define "lab.ingress" -}}
{{- $scope := . -}}
{{- with .ingress }}
{{- if .enabled }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $scope.name }}
  labels: {{- include "lab.labels" $scope | nindent 4 }}
  {{- with .annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with $scope.class | default .ingressClassName }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- if .tlsSecretName }}
  tls:
    - hosts: [{{ .hostName | quote }}]
      secretName: {{ .tlsSecretName }}
  {{- end }}
  rules:
    - host: {{ .hostName | quote }}
      http:
        paths:
          - path: {{ .path | default "/" }}
            pathType: Prefix
            backend:
              service:
                name: {{ $scope.name }}
                port: {number: {{ $scope.port }}}
{{- end }}
{{- end }}
{{- end }}

{{- /* With name, port and type. */ -}}
{{- define "lab.service" -}}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  labels: {{- include "lab.labels" . | nindent 4 }}
spec:
  type: {{ .type | default "ClusterIP" }}
  selector: {{- include "lab.selector" . | nindent 4 }}
  ports:
    - {name: http, port: {{ .port }}, targetPort: http, protocol: TCP}
{{- end }}

{{- /* With name and session (the values): a Service that has a range of ports, if a range is given. */ -}}
{{- define "lab.portRange" -}}
{{- $range := .session.portRange | default dict }}
{{- if and $range.start $range.end }}
{{- $service := .session.service | default dict }}
{{- $type := $service.type | default "NodePort" }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}-ports
  labels: {{- include "lab.labels" . | nindent 4 }}
spec:
  type: {{ $type }}
  {{- with $service.loadBalancerClass }}
  loadBalancerClass: {{ . }}
  {{- end }}
  selector: {{- include "lab.selector" . | nindent 4 }}
  ports:
    {{- range $port := untilStep (int $range.start) (add1 $range.end | int) 1 }}
    - name: session-{{ $port }}
      port: {{ $port }}
      protocol: TCP
      {{- if eq $type "NodePort" }}
      nodePort: {{ $port }}
      {{- end }}
    {{- end }}
{{- end }}
{{- end }}

{{- /* With name and data (texts). */ -}}
{{- define "lab.secret" -}}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ .name }}
  labels: {{- include "lab.labels" . | nindent 4 }}
data:
  {{- range $key, $text := .data }}
  {{ $key }}: {{ $text | default "" | b64enc | quote }}
  {{- end }}
{{- end }}

{{- /*
With name, service, port, mountPath, storage (class, size), environment.  login is what a Secret of the same name gets;
secret and key, if given, are where the password is instead.
*/ -}}
{{- define "lab.database" -}}
{{- /* A database comes from a chart of its own, with its own name in the labels. */ -}}
{{- $_ := set . "product" .component -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .name }}
  labels: {{- include "lab.labels" . | nindent 4 }}
spec:
  serviceName: {{ .service }}
  {{- include "lab.replicas" . | nindent 2 }}
  selector:
    matchLabels: {{- include "lab.selector" . | nindent 6 }}
  template:
    metadata:
      {{- include "lab.podMetadata" . | nindent 6 }}
    spec:
      automountServiceAccountToken: false
      {{- include "lab.pod" . | nindent 6 }}
      containers:
        - name: {{ .component }}
          {{- include "lab.container" . | nindent 10 }}
          command: [sh, -c, exec nc -lk -p {{ .port }} -e true]
          ports:
            - {name: {{ .component | trunc 15 }}, containerPort: {{ .port }}, protocol: TCP}
          {{- $secret := .secret | default (and .login .name) }}
          {{- if or $secret .environment }}
          env:
            {{- with $secret }}
            {{- include "lab.secretVariable" (dict "name" "PASSWORD" "secret" . "key" ($.key | default "password")) | nindent 12 }}
            {{- end }}
            {{- with .environment }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          {{- end }}
          readinessProbe:
            tcpSocket: {port: {{ .port }}}
            periodSeconds: 3
          volumeMounts:
            - {name: data, mountPath: {{ .mountPath }}}
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        {{- with .storage.class }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ .storage.size }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .service }}
  labels: {{- include "lab.labels" . | nindent 4 }}
spec:
  selector: {{- include "lab.selector" . | nindent 4 }}
  ports:
    - {name: {{ .component | trunc 15 }}, port: {{ .port }}, targetPort: {{ .port }}, protocol: TCP}
{{- with .login }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ $.name }}
  labels: {{- include "lab.labels" $ | nindent 4 }}
stringData: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
