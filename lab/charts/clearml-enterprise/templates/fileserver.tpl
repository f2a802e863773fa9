{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later
*/ -}}
{{- $values := .Values.fileserver }}
{{- $full := include "lab.fullname" . }}
{{- $storage := $values.storage }}
{{- $claim := $storage.data.existingPVC | default (printf "%s-fileserver-data" $full) }}
{{- if dig "enabled" true $values }}
{{- $scope := dict "root" . "component" "fileserver" "plays" "fileserver" "port" 8081 "ping" "/debug.ping" "values" $values }}
{{- $volume := $storage.enabled | ternary (printf "persistentVolumeClaim: {claimName: %s}" $claim) "emptyDir: {}" }}
{{- $parts := dict
    "environment" (empty $values.extraEnvs | ternary "" (toYaml $values.extraEnvs))
    "volumes" (printf "- name: data\n  %s" $volume)
    "mounts" "- {name: data, mountPath: /mnt/fileserver}"
    "watched" $storage }}
{{ include "clearml.server" (merge $parts $scope) }}
{{- if and $storage.enabled (not $storage.data.existingPVC) }}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ $claim }}
  labels: {{- include "lab.labels" $scope | nindent 4 }}
spec:
  accessModes: [{{ $storage.data.accessMode }}]
  {{- with $storage.data.class }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests:
      storage: {{ $storage.data.size }}
{{- end }}
{{- end }}
