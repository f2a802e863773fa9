{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later
*/ -}}
{{- $values := .Values.clearmlApplications }}
{{- if $values.enabled }}
{{- $full := include "lab.fullname" . }}
{{- $scope := dict
    "root" . "component" "apps-agent" "values" $values "plays" "apps-agent" "watched" $values
    "prefix" (printf "%s-apps" $full) "certificates" ($values.customCertificates | default dict) }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $full }}-apps-agent
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
        - name: clearml-apps-agent
          {{- include "lab.container" $scope | nindent 10 }}
          {{- include "lab.idle" . | nindent 10 }}
          env:
            {{- $inside := printf "http://%s-apiserver:%v" $full (.Values.apiserver.service.port | default 8008) }}
            - {name: CLEARML_API_HOST, value: {{ $values.apiServerUrlReferenceOverride | default $inside | quote }}}
            {{- with $values.fileServerUrlReferenceOverride }}
            - {name: CLEARML_FILES_HOST, value: {{ . | quote }}}
            {{- end }}
            {{- with $values.webServerUrlReferenceOverride }}
            - {name: CLEARML_WEB_HOST, value: {{ . | quote }}}
            {{- end }}
            - {name: K8S_GLUE_APPS_QUEUE_MODE, value: {{ $values.queueMode | default "global" | quote }}}
            {{- with $values.basePodTemplate }}
            - {name: K8S_GLUE_POD_TEMPLATE, value: {{ toJson . | quote }}}
            {{- end }}
            {{- with $values.extraEnvs }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          {{- with include "lab.certificateMounts" $scope | trim }}
          volumeMounts: {{- . | nindent 12 }}
          {{- end }}
      {{- with include "lab.certificateVolumes" $scope | trim }}
      volumes: {{- . | nindent 8 }}
      {{- end }}
{{- include "lab.certificates" $scope }}
{{- end }}
