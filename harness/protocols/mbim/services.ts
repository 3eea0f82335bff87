/** UUIDs of device services (MBIM 1.0, table 10-3). */
export const mbimService = {
  basicConnect: 'a289cc33-bcbb-8b4f-b6b0-133ec2aae6df',
  sms: '533fbeeb-14fe-4467-9f90-33a223e56c3f',
  ussd: 'e550a0c8-5e82-479e-82f7-10abf4c3351f',
  phonebook: '4bf38476-1e6a-41db-b1d8-bed289c25bdb',
  /** Microsoft's extensions: docs.microsoft.com, "Mobile broadband device services". */
  firmwareId: 'e9f7dea2-feaf-4009-93ce-90a3694103b6',
  hostShutdown: '883b7c26-985f-43fa-9804-27d7fb80959c',
  extensions: '3d01dcc5-fef5-4d05-0d3a-bef7058e9aaf',
  /** QMI over MBIM, of Qualcomm's firmware (libmbim, mbim-uuid.c). */
  qmi: 'd1a30bc2-f97a-6e43-bf65-c7e24fb0f0d3',
} as const;

/** What a data session is for (MBIM 1.0, table 10-66). */
export const mbimContextType = {
  none: 'b43f758c-a560-4b46-b35e-c5869641fb54',
  internet: '7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e',
} as const;
