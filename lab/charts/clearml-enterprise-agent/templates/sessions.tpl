{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later

Interactive sessions get a Service and a port each.
*/ -}}
{{- $sessions := .Values.sessions }}
{{- if $sessions.portModeEnabled }}
{{- $scope := dict "root" . "component" "session" }}
{{- range $number := untilStep 1 (add1 $sessions.maxServices | int) 1 }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ include "lab.fullname" $ }}-clearml-session-{{ $number }}
  labels: {{- include "lab.labels" $scope | nindent 4 }}
  {{- with $sessions.svcAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ $sessions.svcType }}
  selector:
    ai.allegro.agent.serial: pod-{{ $number }}
    {{- with $sessions.agentID }}
    ai.allegro.agent.id: {{ . }}
    {{- end }}
  ports:
    - name: ssh
      port: 10022
      targetPort: 10022
      protocol: TCP
      {{- if eq $sessions.svcType "NodePort" }}
      nodePort: {{ add $sessions.startingPort $number }}
      {{- end }}
{{- end }}
{{- end }}
