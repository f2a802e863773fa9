{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later
*/ -}}
{{- $full := include "lab.fullname" . }}
{{- $scope := dict "root" . "component" "agent" }}
{{- $values := .Values.agentk8sglue }}
{{- $subjects := printf "subjects:\n  - {kind: ServiceAccount, name: %s, namespace: %s}" (include "agent.account" .) .Release.Namespace }}
{{- if not $values.serviceExistingAccountName }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "agent.account" . }}
  labels: {{- include "lab.labels" $scope | nindent 4 }}
  {{- with $values.serviceAccountAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ $full }}-kpa
  labels: {{- include "lab.labels" $scope | nindent 4 }}
rules:
  - apiGroups: [""]
    resources: [pods, pods/log, secrets, services, events]
    verbs: [get, list, watch, create, patch, delete]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ $full }}-kpa
  labels: {{- include "lab.labels" $scope | nindent 4 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ $full }}-kpa}
{{ $subjects }}
{{- range $values.additionalRoleBindings }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ $full }}-{{ . }}
  labels: {{- include "lab.labels" $scope | nindent 4 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ . }}}
{{ $subjects }}
{{- end }}
{{- range $values.additionalClusterRoleBindings }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ $.Release.Namespace }}-{{ $full }}-{{ . }}
  labels: {{- include "lab.labels" $scope | nindent 4 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{ . }}}
{{ $subjects }}
{{- end }}
{{- if $values.serviceAccountClusterAccess }}
{{- /* Before 6.13.9 without the namespace, so that a second agent of the cluster meets the first one's. */}}
{{- $name := semverCompare ">=6.13.9-0" .Chart.Version | ternary (printf "%s-%s-kpa" .Release.Namespace $full) (printf "%s-kpa" $full) }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ $name }}
  labels: {{- include "lab.labels" $scope | nindent 4 }}
rules:
  - apiGroups: [""]
    resources: [nodes, pods]
    verbs: [get, list]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ $name }}
  labels: {{- include "lab.labels" $scope | nindent 4 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{ $name }}}
{{ $subjects }}
{{- end }}
