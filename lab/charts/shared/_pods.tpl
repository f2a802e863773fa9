{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later

What all charts build their objects of.  Each takes a scope: a map with `root` (the chart's own scope) and `component`,
and for pods `values` (those of the component), `plays` and `watched` (what the pods start anew for).
*/ -}}

{{- define "lab.fullname" -}}
{{- $name := contains .Chart.Name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) -}}
{{- .Values.fullnameOverride | default $name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "lab.selector" -}}
app.kubernetes.io/name: {{ .product | default (include "lab.fullname" .root) }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "lab.labels" -}}
{{ include "lab.selector" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- /* A tag without a repository is noted, not pulled: any cluster can pull the image of the stand-in. */ -}}
{{- define "lab.image" -}}
{{- if .repository -}}
{{ with .registry }}{{ . }}/{{ end }}{{ .repository }}:{{ .tag | default "latest" }}
{{- else -}}
docker.io/library/busybox:1.36
{{- end -}}
{{- end }}

{{- define "lab.replicas" -}}
replicas: {{ hasKey .values "replicaCount" | ternary .values.replicaCount 1 }}
{{- end }}

{{- define "lab.podMetadata" -}}
labels:
  {{- include "lab.selector" . | nindent 2 }}
  {{- with (.values.image | default dict).tag }}
  app.kubernetes.io/version: {{ . | quote }}
  {{- end }}
  {{- with .values.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  checksum/values: {{ .watched | toJson | sha256sum }}
  {{- with .plays }}
  lab.clearml.enterprise/plays: {{ . }}
  {{- end }}
  {{- with .values.podAnnotations | default .values.annotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* A process 1 without a handler does not hear that it should stop, so there is no use in waiting. */ -}}
{{- define "lab.pod" -}}
{{- $security := dict "runAsNonRoot" true "runAsUser" 65532 "runAsGroup" 65532 "fsGroup" 65532 -}}
terminationGracePeriodSeconds: 1
securityContext: {{- merge (deepCopy (.values.podSecurityContext | default dict)) $security | toYaml | nindent 2 }}
{{- with .values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- $pull := .root.Values.imageCredentials | default dict }}
{{- $secrets := $pull.existingImagePullSecrets | default $pull.extraImagePullSecrets | default list }}
{{- range .values.imagePullSecrets }}
{{- $secrets = append $secrets (dict "name" .) }}
{{- end }}
{{- if $pull.password }}
{{- $secrets = append $secrets (dict "name" (printf "%s-ark" (include "lab.fullname" .root))) }}
{{- end }}
{{- with $secrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "lab.container" -}}
{{- $image := .values.image | default dict -}}
{{- $security := dict "allowPrivilegeEscalation" false "capabilities" (dict "drop" (list "ALL")) -}}
image: {{ include "lab.image" $image }}
imagePullPolicy: {{ $image.pullPolicy | default "IfNotPresent" }}
securityContext: {{- merge (deepCopy (.values.containerSecurityContext | default dict)) $security | toYaml | nindent 2 }}
resources: {{- .values.resources | default (dict "requests" (dict "cpu" "5m" "memory" "8Mi")) | toYaml | nindent 2 }}
{{- end }}

{{- /* port: answers every request for debug.ping, and has a start page. */ -}}
{{- define "lab.httpd" -}}
command:
  - sh
  - -c
  - mkdir -p /tmp/www && echo ok | tee /tmp/www/debug.ping >/tmp/www/index.html && exec httpd -f -p {{ .port }} -h /tmp/www
{{- end }}

{{- define "lab.idle" -}}
command: [sh, -c, "trap 'exit 0' TERM; while :; do sleep 1; done"]
{{- end }}

{{- /* name, key, secret: one variable out of a Secret. */ -}}
{{- define "lab.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef: {name: {{ .secret }}, key: {{ .key }}}
{{- end }}

{{- /* The Secret of a token that pulls images, if there is one. */ -}}
{{- define "lab.pullSecret" -}}
{{- $given := .root.Values.imageCredentials }}
{{- if $given.password }}
{{- $user := $given.username | default "allegroaienterprise" }}
{{- $pair := dict "username" $user "password" $given.password "auth" (printf "%s:%s" $user $given.password | b64enc) }}
{{- $login := empty $given.email | ternary $pair (merge $pair (dict "email" $given.email)) }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "lab.fullname" .root }}-ark
  labels: {{- include "lab.labels" . | nindent 4 }}
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: {{ dict "auths" (dict ($given.registry | default "https://index.docker.io/v1/") $login) | toJson | b64enc }}
{{- end }}
{{- end }}

{{- /* With prefix and certificates: a ConfigMap for each certificate, or one for the whole bundle. */ -}}
{{- define "lab.certificates" -}}
{{- $scope := . -}}
{{- with .certificates.overrideCaCertificatesCrt }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $scope.prefix }}-ca-certificates
  labels: {{- include "lab.labels" $scope | nindent 4 }}
data:
  ca-certificates.crt: {{ . | quote }}
{{- end }}
{{- range $index, $one := .certificates.extraCerts }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $scope.prefix }}-custom-ca-{{ $index }}
  labels: {{- include "lab.labels" $scope | nindent 4 }}
data:
  {{ $one.alias }}.crt: {{ $one.pem | quote }}
{{- end }}
{{- end }}

{{- define "lab.certificateVolumes" -}}
{{- $scope := . -}}
{{- if .certificates.overrideCaCertificatesCrt }}
- name: ca-certificates
  configMap: {name: {{ .prefix }}-ca-certificates}
{{- end }}
{{- if .certificates.extraCerts }}
- name: custom-ca
  projected:
    sources:
      {{- range $index, $one := .certificates.extraCerts }}
      - configMap: {name: {{ $scope.prefix }}-custom-ca-{{ $index }}}
      {{- end }}
{{- end }}
{{- end }}

{{- define "lab.certificateMounts" -}}
{{- if .certificates.overrideCaCertificatesCrt }}
- {name: ca-certificates, mountPath: /etc/ssl/certs/ca-certificates.crt, subPath: ca-certificates.crt}
{{- end }}
{{- if .certificates.extraCerts }}
- {name: custom-ca, mountPath: /usr/local/share/ca-certificates}
{{- end }}
{{- end }}
