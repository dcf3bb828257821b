from sqlalchemy import CheckConstraint, Column, DateTime, Integer, String, UniqueConstraint, Index
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email IS NOT NULL", name="ck_users_email_filled"),)
    id = Column(Integer, primary_key=True)
    email = Column(String(200), nullable=False)
    deleted_at = Column(DateTime)


class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, index=True)
    state = Column(String(20))
