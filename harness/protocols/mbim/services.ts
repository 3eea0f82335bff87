/** UUIDs of device services (MBIM 1.0, table 10-3). */
export const mbimService = {
  basicConnect: 'a289cc33-bcbb-8b4f-b6b0-133ec2aae6df',
  sms: '533fbeeb-14fe-4467-9f90-33a223e56c3f',
  ussd: 'e550a0c8-5e82-479e-82f7-10abf4c3351f',
  phonebook: '4bf38476-1e6a-41db-b1d8-bed289c25bdb',
  /** QMI over MBIM, of Qualcomm's firmware (libmbim, mbim-uuid.c). */
  qmi: 'd1a30bc2-f97a-6e43-bf65-c7e24fb0f0d3',
} as const;

/** What a data session is for (MBIM 1.0, table 10-66). */
export const mbimContextType = {
  none: 'b43f758c-a560-4b46-b35e-c5869641fb54',
  internet: '7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e',
} as const;
